"""The rules of the house, read off the source: who may import, ask or decide what."""

import ast
from collections.abc import Iterator
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
