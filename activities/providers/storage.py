"""The document store as a directory; whole files or none."""

import asyncio
import os
import tempfile
from pathlib import Path


class DirectoryStore:
    """Keeps each document as a file whose path is its key."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    async def write(self, key: str, content: bytes) -> None:
        """Stores a document; a reader sees the old or the new one, never a part."""
        await asyncio.to_thread(self._write, self._path(key), content)

    async def read(self, key: str) -> bytes:
        """The bytes of a stored document.

        Raises:
            FileNotFoundError: nothing is stored under the key.
        """
        return await asyncio.to_thread(self._path(key).read_bytes)

    def _path(self, key: str) -> Path:
        path = (self._root / key).resolve()
        if not path.is_relative_to(self._root) or path == self._root:
            raise ValueError("a document's key must stay inside the store")
        return path

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
