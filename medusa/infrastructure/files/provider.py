"""What a file provider is: a place where files are kept, and from where they are downloaded."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterable, AsyncIterator
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from medusa.framework.errors import NotFound
from medusa.framework.modules import Provider

PRESIGNED_FOR = timedelta(hours=1)


class FileAccess(StrEnum):
    """Who may download a file: everybody by its address, or only who was given a presigned one."""

    PUBLIC = "public"
    PRIVATE = "private"


class NewFile(Struct, frozen=True, kw_only=True):
    """A file to be kept.

    Attributes:
        filename: As its owner calls it; the provider makes a key of it that nothing else has.
        mime_type: Its media type, e.g. ``image/png``.
    """

    filename: str
    mime_type: str = "application/octet-stream"
    access: FileAccess = FileAccess.PRIVATE


class StoredFile(Struct, frozen=True):
    """A file that is kept: the key names it from now on, and is its id in the API."""

    key: str
    url: str


class FileMissing(NotFound):
    """The provider has no such file."""

    def __init__(self, key: str) -> None:
        super().__init__(f"File with key {key} not found")


class FileProvider(Provider):
    """The base of file providers; an application uses one.

    ``Unavailable`` means that the place does not answer now.
    """

    module: ClassVar[str] = "files"
    is_exclusive: ClassVar[bool] = True

    @classmethod
    def full_id(cls, id: str) -> str:
        return id or cls.identifier

    @abstractmethod
    async def upload_stream(self, file: NewFile, content: AsyncIterable[bytes]) -> StoredFile:
        """Keep a file of any size, without holding it in memory. When ``content`` fails, nothing is kept."""

    @abstractmethod
    async def delete(self, keys: list[str]) -> None:
        """Remove files. Keys that do not exist are passed over."""

    @abstractmethod
    async def get_presigned_download_url(self, key: str) -> str:
        """The address from where the file can be downloaded for a while, for a public file also forever.

        Raises:
            FileMissing: There is no such file.
        """

    @abstractmethod
    async def get_download_stream(self, key: str) -> AsyncIterator[bytes]:
        """The content, in chunks.

        Raises:
            FileMissing: There is no such file; before the first chunk.
        """

    async def get_presigned_upload_url(self, file: NewFile, expires_in: timedelta = PRESIGNED_FOR) -> StoredFile:
        """Where a client uploads the file by itself, with PUT; ``filename`` becomes the key.

        A provider without such addresses lets clients use ours.
        """
        return StoredFile(file.filename, "/admin/uploads")

    async def upload(self, file: NewFile, content: bytes) -> StoredFile:
        """Keep a small file."""
        return await self.upload_stream(file, _once(content))

    async def get_as_buffer(self, key: str) -> bytes:
        """The content of a small file.

        Raises:
            FileMissing: There is no such file.
        """
        return b"".join([chunk async for chunk in await self.get_download_stream(key)])


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
