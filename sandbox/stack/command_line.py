"""`python -m sandbox.stack.command_line <words>`: the command line, on the running stack."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from models.settings import Settings
from sandbox.stack import environment, stack_file
from sandbox.stack.data_dir import DataDir
from sandbox.stack.errors import StackError


def main(words: Sequence[str]) -> int:
    """Runs `python -m api.cli <words>`; a sentence and 1 when no stack runs here."""
    data = DataDir(Path(Settings().data_dir).resolve())
    try:
        variables = _variables(data)
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    command = [sys.executable, "-m", "api.cli", *words]
    return subprocess.run(command, env=variables, check=False).returncode


def _variables(data: DataDir) -> dict[str, str]:
    """The stack's environment, with the address of its database.

    Raises:
        StackError: no stack runs here, and no database was named.
    """
    given = dict(os.environ)
    if "DATABASE_URL" in given:
        return given
    running = stack_file.load(data.stack_file)
    if running is None:
        raise StackError("No stack is running: start one with `make up`, or set DATABASE_URL.")
    secrets = environment.load_secrets(data.secrets_file)
    completed = environment.complete(given, secrets, data.path)
    return {**given, **completed, "DATABASE_URL": running["urls"]["database_url"]}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
