"""`python -m sandbox.stack up|status|logs|down|reset`: the local stack's commands."""

import argparse
import errno
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console

from models.settings import Settings
from sandbox.stack import commands
from sandbox.stack.data_dir import DataDir
from sandbox.stack.errors import StackError

COMMANDS: dict[str, tuple[Callable[[DataDir, Console], int], str]] = {
    "up": (commands.up, "start everything and keep it running until Ctrl-C"),
    "status": (commands.status, "show what runs and where"),
    "logs": (commands.logs, "follow the logs of every process"),
    "down": (commands.down, "stop a stack that runs elsewhere"),
    "reset": (commands.reset, "delete all local data; asks first, CONFIRM=yes answers"),
}


def main(words: Sequence[str]) -> int:
    """Runs one command; an error is one sentence on standard error and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.stack", description=__doc__)
    choices = parser.add_subparsers(dest="command", required=True)
    for name, (_, meaning) in COMMANDS.items():
        choices.add_parser(name, help=meaning)
    command, _ = COMMANDS[parser.parse_args(words).command]
    try:
        data = DataDir(Path(Settings().data_dir).resolve())
        return command(data, Console(highlight=False, markup=False))
    except StackError as error:
        return _fail(str(error))
    except ValidationError as error:
        first = error.errors()[0]
        return _fail(f"{'.'.join(map(str, first['loc']))} is wrong: {first['msg']}.")
    except OSError as error:
        return _fail(_explain(error))


def _explain(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "The disk is full: free some space or set ATP_DATA_DIR to another disk."
    if isinstance(error, PermissionError):
        return f"{error.filename} may not be used by this user: correct its owner or ATP_DATA_DIR."
    return f"The stack could not go on: {error}."


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
