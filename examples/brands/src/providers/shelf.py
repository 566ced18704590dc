from collections.abc import AsyncIterable, AsyncIterator

import httpx

from medusa.framework.app import App
from medusa.framework.errors import Unavailable
from medusa.framework.ids import ulid
from medusa.infrastructure.files import FileMissing, FileProvider, NewFile, StoredFile
from src.outside import OutsideOptions, client, forget


class Shelf(FileProvider):
    """Keeps files on a shelf that is reached by HTTP."""

    identifier = "shelf"

    def check_options(self) -> None:
        self.url = self.options_as(OutsideOptions).url

    async def open(self, app: App) -> None:
        self.http = client(self.url)

    async def close(self) -> None:
        await self.http.aclose()

    async def upload_stream(self, file: NewFile, content: AsyncIterable[bytes]) -> StoredFile:
        """Pass the file on as it comes: it is never in memory as a whole."""
        key = f"{ulid().lower()}-{file.filename.rpartition('/')[2]}"
        try:
            answer = await self.http.put(f"/shelf/{key}", content=content)
        except httpx.TransportError as error:
            raise Unavailable("The shelf cannot be reached") from error
        if answer.is_error:
            raise Unavailable(f"The shelf answers {answer.status_code}")
        return StoredFile(key, self._address(key))

    async def delete(self, keys: list[str]) -> None:
        for key in keys:
            await forget(self.http, f"/shelf/{key}")

    async def get_presigned_download_url(self, key: str) -> str:
        return self._address(key)

    async def get_download_stream(self, key: str) -> AsyncIterator[bytes]:
        answer = await self.http.send(self.http.build_request("GET", f"/shelf/{key}"), stream=True)
        if answer.is_error:
            await answer.aclose()
            raise FileMissing(key)
        return _chunks(answer)

    def _address(self, key: str) -> str:
        return f"{self.url}/shelf/{key}"


async def _chunks(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.aiter_bytes():
            yield chunk
    finally:
        await answer.aclose()
