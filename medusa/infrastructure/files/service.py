"""Files, wherever the configured provider keeps them."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from datetime import timedelta

from medusa.framework.modules import ModuleService
from medusa.infrastructure.files.provider import PRESIGNED_FOR, FileProvider, NewFile, StoredFile


class FileService(ModuleService):
    """What an application does with files. The id of a file is the provider's key."""

    name = "files"

    @property
    def provider(self) -> FileProvider:
        """Where files are kept."""
        return self.providers.default(FileProvider)

    async def create_file(self, file: NewFile, content: bytes | AsyncIterable[bytes]) -> StoredFile:
        """Keep a file; a large one comes as a stream and is never held in memory as a whole."""
        if isinstance(content, bytes):
            return await self.provider.upload(file, content)
        return await self.provider.upload_stream(file, content)

    async def create_files(self, files: Sequence[tuple[NewFile, bytes | AsyncIterable[bytes]]]) -> list[StoredFile]:
        """Keep files, one after the other: all of them or, after a failure, none."""
        stored: list[StoredFile] = []
        try:
            for file, content in files:
                stored.append(await self.create_file(file, content))
        except BaseException:
            if stored:
                await self.delete_files([item.key for item in stored])
            raise
        return stored

    async def retrieve_file(self, id: str) -> StoredFile:
        """A file with an address from which it can be downloaded now.

        Raises:
            FileMissing: There is none.
        """
        return StoredFile(id, await self.provider.get_presigned_download_url(id))

    async def list_files(self, ids: Sequence[str]) -> list[StoredFile]:
        """Files with their addresses, in the order of their ids."""
        return [await self.retrieve_file(id) for id in ids]

    async def delete_files(self, ids: Sequence[str]) -> None:
        """Remove files for good; ids that do not exist are passed over."""
        await self.provider.delete(list(ids))

    async def get_upload_file_urls(
        self, files: Sequence[NewFile], *, expires_in: timedelta = PRESIGNED_FOR
    ) -> list[StoredFile]:
        """Addresses to which clients upload files by themselves."""
        return [await self.provider.get_presigned_upload_url(file, expires_in) for file in files]

    async def get_download_stream(self, id: str) -> AsyncIterator[bytes]:
        """The content of a file, in chunks.

        Raises:
            FileMissing: There is none.
        """
        return await self.provider.get_download_stream(id)

    async def get_as_buffer(self, id: str) -> bytes:
        """The content of a small file.

        Raises:
            FileMissing: There is none.
        """
        return await self.provider.get_as_buffer(id)
