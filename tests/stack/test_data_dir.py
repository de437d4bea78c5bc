"""The folder of a local stack: whose it is, who holds it, when it may be deleted."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from sandbox.stack.data_dir import DataDir
from sandbox.stack.errors import StackError

Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - what shutil.disk_usage returns


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    made = DataDir(tmp_path / "data")
    made.make()
    return made


def test_it_is_private(data: DataDir) -> None:
    assert data.path.stat().st_mode & 0o777 == 0o700


def test_a_second_stack_on_the_same_folder_is_refused(data: DataDir) -> None:
    with data.locked():
        with pytest.raises(StackError, match=r"already runs here \(process \d+\).*make down"):
            data.locked().__enter__()
        assert data.holder()
    assert data.holder() is None


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").touch()
    with pytest.raises(StackError, match="ATP_DATA_DIR to an empty folder"):
        DataDir(tmp_path).make()


def test_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(StackError, match="ATP_DATA_DIR to a folder that you may write to"):
        DataDir(tmp_path / "data").make()


def test_a_full_disk_is_refused(data: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1 << 40, 1 << 40, 40 << 20))
    with pytest.raises(StackError, match=r"has 40 MB left.*free some space"):
        data.make()


def test_nothing_is_deleted_under_a_running_stack(data: DataDir) -> None:
    with data.locked(), pytest.raises(StackError, match="stop it first"):
        data.remove()
    data.remove()
    assert not data.path.exists()


def test_only_a_folder_of_ours_is_deleted(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="was not made by the stack"):
        DataDir(tmp_path).remove()
    assert tmp_path.exists()
