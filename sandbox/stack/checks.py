"""`make check`: every rule that can be held without running the tests; each check by its name."""

import os
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from jinja2 import Environment, TemplateSyntaxError
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from sandbox.stack import compose
from sandbox.stack.ports import find_free
from sandbox.stack.postgres import THROWAWAY_SETTINGS, Postgres
from sandbox.stack.program import spawn, stop

ROOT: Final = Path(__file__).resolve().parents[2]
BIN: Final = Path(sys.executable).parent
SOURCES: Final = (
    "models",
    "activities",
    "workflows",
    "api",
    "sandbox",
    "worker.py",
    "migrations",
    "tests",
    "benchmarks",
)
TEMPLATE_ENDINGS: Final = frozenset({".html", ".txt", ".j2", ".md"})
FORBIDDEN: Final = re.compile(
    r"--(extra-)?index-url|\"resolved\": \"http|registry = \"http"
    r"|\bpypi\.org/|pythonhosted\.org|registry\.npmjs\.org"
)
PINNED: Final = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)", re.MULTILINE)
MIGRATIONS_SECONDS: Final = 30.0

Faults = Sequence[str]


def ruff() -> Faults:
    """All of ruff's rules, but those that pyproject.toml explains away."""
    return _tool("ruff", "check", "--quiet", ".")


def formatted() -> Faults:
    """The formatter would change nothing."""
    return _tool("ruff", "format", "--check", "--quiet", ".")


def types() -> Faults:
    """Mypy, strict, on everything that is Python."""
    return _tool("mypy", *(name for name in SOURCES if _has_python(ROOT / name)))


def imports() -> Faults:
    """The import contracts between the layers."""
    return _tool("lint-imports", "--no-cache")


def templates() -> Faults:
    """Every page, mail and message template is well-formed."""
    environment = Environment(
        autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"]
    )
    found = []
    for path in _tracked():
        if "templates" in path.parts and path.suffix in TEMPLATE_ENDINGS:
            try:
                environment.parse((ROOT / path).read_text())
            except TemplateSyntaxError as error:
                found.append(f"{path}:{error.lineno}: {error.message}")
    return found


def migrations() -> Faults:
    """The migrations, run on an empty Postgres, end in just the tables that the models describe."""
    with tempfile.TemporaryDirectory() as folder:
        postgres = Postgres(
            data_dir=Path(folder) / "pgdata", port=find_free(), settings=THROWAWAY_SETTINGS
        )
        postgres.prepare()
        program = postgres.program()
        process = spawn(program, subprocess.DEVNULL)
        try:
            give_up_at = time.monotonic() + MIGRATIONS_SECONDS
            while not program.healthy() and time.monotonic() < give_up_at:
                time.sleep(0.02)
            url = {"DATABASE_URL": postgres.url("postgres")}
            return _alembic(url, "upgrade", "head") or _alembic(url, "check")
        finally:
            stop(process, program.stop_signal, program.stop_seconds)


def catalogs() -> Faults:
    """Every sentence of the back office is in every catalog, and nothing else is there."""
    return _run([sys.executable, "-m", "api.pages.catalogs"])


def images() -> Faults:
    """Hadolint on every Dockerfile."""
    files = [str(path) for path in _tracked() if path.name.startswith("Dockerfile")]
    return _tool("hadolint", *files) if files else ()


def composed() -> Faults:
    """docker-compose.yml is of the format, and names nothing that is not there."""
    file = ROOT / "docker-compose.yml"
    return compose.faults(file) if file.exists() else ()


def lock() -> Faults:
    """requirements.lock pins all that pyproject.toml asks for, in versions that it allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    text = (ROOT / "requirements.lock").read_text()
    pinned = {canonicalize_name(hit["name"]): hit["version"] for hit in PINNED.finditer(text)}
    found = []
    for requirement in map(Requirement, wanted):
        version = pinned.get(canonicalize_name(requirement.name))
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            found.append(f"requirements.lock has {version or 'nothing'} for {requirement}")
    return found


def addresses() -> Faults:
    """No tracked file names a package registry's host or a path of this machine."""
    home = f"{ROOT.parent}/"
    found = []
    for path in _tracked():
        text = (ROOT / path).read_bytes().decode(errors="ignore")
        if (home != "/" and home in text) or FORBIDDEN.search(text):
            found.append(f"{path} names a package registry or a path of this machine")
    return found


def documents() -> Faults:
    """The documents that every reader looks for are there."""
    names = ("README.md", "CHANGELOG.md", "LICENSE", "CONTRIBUTING.md")
    return [f"{name} is missing" for name in names if not (ROOT / name).exists()]


CHECKS: Final[Mapping[str, Callable[[], Faults]]] = {
    check.__name__: check
    for check in (
        types,
        ruff,
        formatted,
        imports,
        templates,
        migrations,
        catalogs,
        images,
        composed,
        lock,
        addresses,
        documents,
    )
}


def main(names: Sequence[str]) -> int:
    """Runs the named checks, or all, two at a time; 0 when none found a fault."""
    if unknown := set(names) - set(CHECKS):
        raise SystemExit(
            f"There is no check {', '.join(unknown)}: choose from {', '.join(CHECKS)}."
        )
    chosen = [CHECKS[name] for name in names] or list(CHECKS.values())
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = list(pool.map(_report, chosen))
    return 0 if all(outcomes) else 1


def _report(check: Callable[[], Faults]) -> bool:
    started_at = time.monotonic()
    found = check()
    seconds = time.monotonic() - started_at
    lines = [f"{'FAIL' if found else 'ok  '} {check.__name__:<11} {seconds:5.1f} s", *found]
    print("\n     ".join(lines), flush=True)
    return not found


def _tool(name: str, *words: str) -> Faults:
    return _run([str(BIN / name), *words])


def _alembic(environment: Mapping[str, str], *words: str) -> Faults:
    return _run([sys.executable, "-m", "alembic", *words], environment)


def _run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Faults:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return ()
    return (done.stdout + done.stderr).strip().splitlines() or [f"exit code {done.returncode}"]


def _tracked() -> list[Path]:
    listing = _git("ls-files", "--cached", "--others", "--exclude-standard")
    return [Path(line) for line in listing if (ROOT / line).is_file()]


def _git(*words: str) -> list[str]:
    done = subprocess.run(
        ["git", *words],  # noqa: S607 - the developer's own
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def _has_python(path: Path) -> bool:
    return path.is_file() or any(path.rglob("*.py"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
