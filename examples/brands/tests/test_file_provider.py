import httpx
import pytest

from medusa.framework.app import App
from medusa.framework.errors import NotFound
from medusa.framework.testing.clients import Client
from medusa.infrastructure.files import FileService
from outside import Outside


async def test_uploads_stand_on_the_shelf(app: App, admin: Client, outside: Outside) -> None:
    files = [{"name": "logo.svg", "content": "<svg/>"}]
    [file] = (await admin.post("/uploads", {"files": files}))["files"]
    assert file["id"].endswith("-logo.svg")
    assert outside.files == {file["id"]: b"<svg/>"}
    async with httpx.AsyncClient() as anybody:
        assert (await anybody.get(file["url"])).content == b"<svg/>"
    assert await app.service(FileService).get_as_buffer(file["id"]) == b"<svg/>"

    await admin.delete(f"/uploads/{file['id']}")
    assert outside.files == {}
    with pytest.raises(NotFound):
        await app.service(FileService).get_as_buffer(file["id"])
