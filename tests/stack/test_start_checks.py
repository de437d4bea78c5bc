"""What is looked at before anything starts: ports, the browser, servers that the caller named."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.stack import __main__ as entry
from sandbox.stack import browser
from sandbox.stack.data_dir import DataDir
from sandbox.stack.environment import complete, load_secrets
from sandbox.stack.errors import StackError
from sandbox.stack.plan import Plan, make_plan
from sandbox.stack.ports import find_free
from tests.support.cluster import Cluster


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def plan_for(given: dict[str, str], folder: Path) -> Plan:
    data = DataDir(folder / "data")
    data.make()
    environment = complete(given, load_secrets(data.secrets_file), data.path)
    return make_plan(given, environment, data)


def real_servers(cluster: Cluster, database_url: str) -> dict[str, str]:
    return {"DATABASE_URL": database_url, "TEMPORAL_ADDRESS": cluster.temporal_address}


def free_ports() -> dict[str, str]:
    names = ("ATP_HTTP_PORT", "ATP_SANDBOX_PORT", "ATP_WORKER_PORT")
    return {name: str(find_free()) for name in names}


def test_a_taken_port_names_the_port_and_its_variable(
    cluster: Cluster, database_url: str, taken_port: int, tmp_path: Path
) -> None:
    given = real_servers(cluster, database_url) | free_ports()
    plan = plan_for({**given, "ATP_SANDBOX_PORT": str(taken_port)}, tmp_path)
    with pytest.raises(StackError, match=rf"Port {taken_port} for sandbox.*ATP_SANDBOX_PORT"):
        plan.require_free_ports()


def test_nothing_is_embedded_for_servers_that_the_caller_named(
    cluster: Cluster, database_url: str, tmp_path: Path
) -> None:
    plan = plan_for(real_servers(cluster, database_url) | free_ports(), tmp_path)
    plan.require_free_ports()
    names = [[program.name for program in group] for group in plan.groups]
    assert names == [[], ["sandbox", "migrations"], ["demo-data"], ["worker", "api"]]
    assert plan.environment["DATABASE_URL"] == database_url
    assert plan.urls["temporal_address"] == cluster.temporal_address


def test_by_default_postgres_and_temporal_start_first(tmp_path: Path) -> None:
    plan = plan_for({"ATP_POSTGRES_PORT": "5999"}, tmp_path)
    assert [program.name for program in plan.groups[0]] == ["postgres", "temporal"]
    assert plan.environment["DATABASE_URL"].endswith("@127.0.0.1:5999/asiatravelplan")


def test_a_database_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"DATABASE_URL points to 127.0.0.1:1/x.*start that"):
        plan_for({"DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/x"}, tmp_path)


def test_a_temporal_that_does_not_answer_is_one_sentence(database_url: str, tmp_path: Path) -> None:
    given = {"DATABASE_URL": database_url, "TEMPORAL_ADDRESS": "127.0.0.1:1"}
    with pytest.raises(StackError, match="no Temporal server answers"):
        plan_for(given, tmp_path)


def test_the_browser_is_the_settings_then_playwrights_then_the_paths(tmp_path: Path) -> None:
    build = tmp_path / "cache" / "chromium-1200" / "chrome-linux" / "chrome"
    on_path = tmp_path / "bin" / "chromium"
    for program in (build, on_path):
        program.parent.mkdir(parents=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    environment = {"PATH": str(on_path.parent), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "none")}
    assert browser.find(environment) == str(on_path)
    environment["PLAYWRIGHT_BROWSERS_PATH"] = str(tmp_path / "cache")
    assert browser.find(environment) == str(build)
    assert browser.find({**environment, "ATP_CHROMIUM": str(on_path)}) == str(on_path)


def test_without_a_browser_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    nowhere = {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
    with pytest.raises(StackError, match=r"No headless Chromium.*apt-get install.*ATP_CHROMIUM"):
        browser.require(nowhere)


def test_a_browser_that_lacks_a_library_says_which(tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho 'libnss3.so: cannot open' >&2\nexit 127\n")
    broken.chmod(0o755)
    with pytest.raises(StackError, match="libnss3"):
        browser.require({"ATP_CHROMIUM": str(broken)})


def test_a_wrong_setting_is_one_sentence_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ATP_HTTP_PORT", "abc")
    assert entry.main(["status"]) == 1
    assert capsys.readouterr().err.startswith("ATP_HTTP_PORT is wrong:")


def test_status_of_nothing_says_how_to_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("ATP_DATA_DIR", str(tmp_path))
    assert entry.main(["status"]) == 1
    assert "make up" in capsys.readouterr().out


def test_reset_deletes_only_after_a_yes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data")
    data.make()
    monkeypatch.setenv("ATP_DATA_DIR", str(data.path))
    monkeypatch.setenv("CONFIRM", "no")
    assert entry.main(["reset"]) == 1
    assert data.path.exists()
    monkeypatch.setenv("CONFIRM", "yes")
    assert entry.main(["reset"]) == 0
    assert not data.path.exists()
