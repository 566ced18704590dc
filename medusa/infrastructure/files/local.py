"""Files in folders of the server, served by the application itself below ``/static``.

Options:
    upload_dir: The folder of public files (default ``static`` in the application's folder).
    private_upload_dir: That of private ones (default ``private``). Not below ``upload_dir``.
    backend_url: The address that browsers see ``/static`` at (default ``http://localhost:<port>/static``).

Private files are served to who has an address that :meth:`LocalFileProvider.get_presigned_download_url` signed with the
application's ``cookie_secret``, for an hour.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import time
from collections.abc import AsyncIterable, AsyncIterator, Generator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from msgspec import Struct

from medusa.framework.errors import ConfigurationError, InvalidData, Unavailable
from medusa.framework.http.file_response import read_chunks
from medusa.infrastructure.files.names import safe_name
from medusa.infrastructure.files.provider import (
    PRESIGNED_FOR,
    FileAccess,
    FileMissing,
    FileProvider,
    NewFile,
    StoredFile,
)

if TYPE_CHECKING:
    from medusa.framework.app import App

_PRIVATE = "private-"


class LocalFileOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """See the module's documentation."""

    upload_dir: str = "static"
    private_upload_dir: str = "private"
    backend_url: str = ""


class InvalidKey(InvalidData):
    """A key that leads out of the folder."""

    def __init__(self, key: str) -> None:
        super().__init__(f"Invalid file key: {key}")


class LocalFileProvider(FileProvider):
    """Folders of this machine; of all machines, where the folders are shared."""

    identifier = "local"
    default_id = "local"

    def check_options(self) -> None:
        self._options = self.options_as(LocalFileOptions)

    async def open(self, app: App) -> None:
        options, project = self._options, app.config.project
        self._public = app.config.root / options.upload_dir
        self._private = app.config.root / options.private_upload_dir
        self._base_url = options.backend_url.rstrip("/") or f"http://localhost:{project.http.port}/static"
        self._secret = hmac.digest(project.http.cookie_secret.encode(), b"medusa: addresses of private files", "sha256")
        if self._private.resolve().is_relative_to(self._public.resolve()):
            raise ConfigurationError(
                f"modules.files: private_upload_dir ({self._private}) lies below upload_dir, which everybody may see: "
                "name another folder"
            )
        for folder in (self._public, self._private):
            if folder.exists() and not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
                raise ConfigurationError(
                    f"modules.files: files cannot be written to {folder}: make it a folder that the server's user may "
                    "write to, or name another one (upload_dir, private_upload_dir)"
                )

    async def upload_stream(self, file: NewFile, content: AsyncIterable[bytes]) -> StoredFile:
        prefix = _PRIVATE if file.access is FileAccess.PRIVATE else ""
        with _writing():
            path, target = await asyncio.to_thread(self._create, prefix, safe_name(file.filename))
        try:
            async for chunk in content:
                with _writing():
                    await asyncio.to_thread(target.write, chunk)
            with _writing():
                await asyncio.to_thread(target.close)
        except BaseException:
            _discard(path, target)
            raise
        return StoredFile(path.name, self._url(path.name))

    def _create(self, prefix: str, name: str) -> tuple[Path, BinaryIO]:
        """A new file; the time in its name is moved on where somebody else has that name."""
        folder = self._private if prefix else self._public
        folder.mkdir(parents=True, exist_ok=True)
        moment = time.time_ns() // 1_000_000
        while True:
            path = folder / f"{prefix}{moment}-{name}"
            try:
                return path, path.open("xb")
            except FileExistsError:
                moment += 1

    async def delete(self, keys: list[str]) -> None:
        def remove() -> None:
            for key in keys:
                self._path(key).unlink(missing_ok=True)

        with _writing():
            await asyncio.to_thread(remove)

    async def get_presigned_download_url(self, key: str) -> str:
        await asyncio.to_thread(self._existing, key)
        return self._url(key)

    async def get_download_stream(self, key: str) -> AsyncIterator[bytes]:
        return read_chunks(await asyncio.to_thread(self._existing, key))

    def servable(self, key: str, *, expires: str, signature: str) -> Path | None:
        """The file behind an address, for who may have it.

        Args:
            expires, signature: What the query of the address says; empty for a public file.
        """
        if key.startswith(_PRIVATE) and not self._is_signed(key, expires, signature):
            return None
        try:
            return self._existing(key)
        except (FileMissing, InvalidKey):
            return None

    def _path(self, key: str) -> Path:
        if not key or key.startswith(".") or "/" in key or "\\" in key or "\0" in key:
            raise InvalidKey(key)
        return (self._private if key.startswith(_PRIVATE) else self._public) / key

    def _existing(self, key: str) -> Path:
        path = self._path(key)
        if not path.is_file():
            raise FileMissing(key)
        return path

    def _url(self, key: str) -> str:
        url = f"{self._base_url}/{quote(key)}"
        if not key.startswith(_PRIVATE):
            return url
        expires = str(int(time.time() + PRESIGNED_FOR / timedelta(seconds=1)))
        return f"{url}?expires={expires}&signature={self._signature(key, expires)}"

    def _signature(self, key: str, expires: str) -> str:
        return hmac.new(self._secret, f"{expires}:{key}".encode(), hashlib.sha256).hexdigest()

    def _is_signed(self, key: str, expires: str, signature: str) -> bool:
        known = hmac.compare_digest(self._signature(key, expires).encode(), signature.encode())
        return known and int(expires) >= time.time()


@contextmanager
def _writing() -> Generator[None]:
    """A disk that is full or read-only is a reason to try again later."""
    try:
        yield
    except OSError as error:
        raise Unavailable(f"Files cannot be written now: {error.strerror}") from error


def _discard(path: Path, target: BinaryIO) -> None:
    with suppress(OSError):
        target.close()
    path.unlink(missing_ok=True)
