"""The rules of the house, read off the source: who may import, ask or decide what."""

import ast
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("activities", "api", "models", "sandbox", "workflows")
SDK_HOMES = {
    "stripe": {"activities/providers/stripe.py", "activities/providers/stripe_events.py"},
    "twilio": {"activities/providers/twilio.py"},
    "postmarker": {"activities/providers/postmark.py"},
    "playwright": {"activities/providers/chromium.py", "activities/providers/browser.py"},
    "authlib": {"api/identity/provider.py"},
}
TELL_STATUSES = {
    "api/problems.py",
    "api/worker_health.py",  # a probe's yes or no, in the worker; nobody reads a problem there
}
BOUNDARIES = {
    "api/middleware/tracing.py": 1,  # a request: 500 with its trace id, and a line in the log
    "activities/relay/relay.py": 1,  # a round of the relay: logged, and the next one comes
    "activities/relay/batch.py": 1,  # a row of the outbox: counted against it, the others go on
    "activities/relay/comparing.py": 1,  # a customer who fails: logged, and passed over
    "activities/providers/storage.py": 1,  # removes the half-written file and raises on
    "sandbox/memory.py": 1,  # likewise
    "sandbox/demo/__main__.py": 1,  # a life of the demo: logged, the others live on
}
"""Where anything that goes wrong is caught, and how often; the comments say what becomes of it."""
ANY_ERROR = {"Exception", "BaseException"}
UNFINISHED = re.compile(r"\b(TODO|FIXME)\b")
FORBIDDEN_IN_RULES = {
    "datetime.now",
    "datetime.utcnow",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.monotonic",
    "uuid4",
    "uuid.uuid4",
    "os.environ",
    "os.getenv",
    "os.urandom",
    "random.random",
    "random.choice",
    "secrets.token_hex",
}


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def dotted(node: ast.AST) -> str:
    return ast.unparse(node) if isinstance(node, ast.Attribute | ast.Name) else ""


def test_no_clock_no_randomness_and_no_environment_in_workflows_and_rules() -> None:
    exempt = {"models/messages/ids.py"}
    found = [
        f"{name}:{node.lineno} {dotted(node)}"
        for name, tree in sources("workflows", "models/domain", "models/messages")
        if name not in exempt
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name) and dotted(node) in FORBIDDEN_IN_RULES
    ]
    assert found == []


@pytest.mark.parametrize("sdk", sorted(SDK_HOMES))
def test_one_place_imports_each_provider_sdk(sdk: str) -> None:
    importers = {
        name
        for name, tree in sources("activities", "api", "models", "workflows")
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == sdk)
        or (isinstance(node, ast.Import) and any(a.name.split(".")[0] == sdk for a in node.names))
    }
    assert importers <= SDK_HOMES[sdk]


def test_sql_lives_in_the_store() -> None:
    importers = {
        name
        for name, tree in sources("activities", "api", "workflows")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module == "sqlalchemy"
        and {alias.name for alias in node.names} & {"select", "insert", "update", "delete", "text"}
    }
    assert importers == set()


def test_timeouts_and_retries_are_named_in_one_file() -> None:
    words = {"start_to_close_timeout", "schedule_to_close_timeout", "retry_policy", "RetryPolicy"}
    users = {
        name
        for name, tree in sources("workflows")
        for node in ast.walk(tree)
        if (isinstance(node, ast.keyword) and node.arg in words)
        or (isinstance(node, ast.Name) and node.id in words)
    }
    assert users == {"workflows/calls.py"}


def test_every_module_says_what_it_is_for_and_none_is_over_400_lines() -> None:
    silent = [name for name, tree in sources(*OURS) if not ast.get_docstring(tree)]
    long = [name for name, _ in sources(*OURS) if len((ROOT / name).read_text().splitlines()) > 400]
    assert (silent, long) == ([], [])


def test_run_tells_the_whole_story_in_forty_lines() -> None:
    tree = ast.parse((ROOT / "workflows" / "booking.py").read_text())
    run = next(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef) and node.name == "run"
    )
    assert run.end_lineno is not None
    assert run.end_lineno - run.lineno < 40
    assert len((ROOT / "worker.py").read_text().splitlines()) <= 120


def where_statuses_stand(tree: ast.Module) -> Iterator[ast.AST]:
    """Arguments that are statuses, values of constants named like one, and names of statuses."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in {"status", "status_code"}:
            yield from ast.walk(node.value)
        elif isinstance(node, ast.Call) and dotted(node.func).endswith(("Response", "Exception")):
            yield from node.args
        elif isinstance(node, ast.Assign) and dotted(node.targets[0]) in HTTPStatus.__members__:
            yield node.value
        elif isinstance(node, ast.Attribute):
            yield node


def is_error_status(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return type(node.value) is int and node.value >= HTTPStatus.BAD_REQUEST
    scope, _, name = dotted(node).rpartition(".")
    named = scope == "HTTPStatus" and name in HTTPStatus.__members__
    return name.startswith(("HTTP_4", "HTTP_5")) or (
        named and HTTPStatus[name] >= HTTPStatus.BAD_REQUEST
    )


def test_the_status_of_an_error_stands_in_one_file() -> None:
    tellers = {
        name
        for name, tree in sources("api", "activities/relay", "models", "workflows")
        if any(is_error_status(node) for node in where_statuses_stand(tree))
    }
    assert tellers == TELL_STATUSES


def test_every_table_says_what_it_holds() -> None:
    silent = [
        f"{name} {node.name}"
        for name, tree in sources("models/tables")
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(dotted(base) == "Base" for base in node.bases)
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_everything_that_goes_wrong_is_caught_at_named_boundaries_only() -> None:
    caught = [
        name
        for name, tree in sources(*OURS)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ANY_ERROR & {dotted(part) for part in ast.walk(node.type)})
    ]
    assert {name: caught.count(name) for name in caught} == BOUNDARIES


def test_nothing_is_left_for_later() -> None:
    endings = {".py", ".html", ".txt", ".css", ".js", ".sh", ".toml", ".yml"}
    found = [
        path.relative_to(ROOT).as_posix()
        for folder in (*OURS, "tests", "benchmarks", "migrations", "deploy")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in endings
        and path != Path(__file__).resolve()
        and "vendor" not in path.parts
        and UNFINISHED.search(path.read_text())
    ]
    assert found == []
