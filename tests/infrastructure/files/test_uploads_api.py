"""``/admin/uploads`` and ``/static``."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from medusa.framework.app import App
from medusa.framework.errors import ConfigurationError
from medusa.infrastructure.files import FileAccess, NewFile
from medusa.infrastructure.files.local import LocalFileProvider
from medusa.workflows.file.files import upload_files
from medusa.workflows.file.types import UploadFile
from tests.infrastructure.files.conftest import Place, admin_of, application
from tests.infrastructure.files.s3_server import S3Server

NO_FILES = {"type": "invalid_data", "message": "No files were uploaded"}
ANOTHER_PART = b'--x\r\nContent-Disposition: form-data; name="another"; filename="a.txt"\r\n\r\na\r\n--x--\r\n'
PIXEL = ("pixel.png", b"\x89PNG\r\n\x1a\n", "image/png")


async def upload(place: Place, *files: tuple[str, bytes, str]) -> list[dict[str, str]]:
    """Upload as the dashboard does; the answer's files."""
    answer = await place.admin.post("/admin/uploads", files=[("files", file) for file in files])
    assert answer.status_code == 200, answer.text
    found: list[dict[str, str]] = answer.json()["files"]
    return found


async def test_files_of_a_form_are_kept_in_their_order(place: Place) -> None:
    files = await upload(place, ("note.txt", b"hello upload", "text/plain"), PIXEL)
    assert [set(file) for file in files] == [{"id", "url"}, {"id", "url"}]
    seen = [await place.fetch(file["url"]) for file in files]
    assert [answer.content for answer in seen] == [b"hello upload", PIXEL[1]]
    assert [answer.headers["content-type"].partition(";")[0] for answer in seen] == ["text/plain", "image/png"]


async def test_a_file_is_shown_and_deleted(place: Place) -> None:
    [file] = await upload(place, PIXEL)
    path = f"/admin/uploads/{file['id']}"
    shown = (await place.admin.get(path)).json()["file"]
    assert shown["id"] == file["id"]
    assert (await place.fetch(shown["url"])).content == PIXEL[1]
    assert (await place.admin.get(path, params={"fields": "id"})).json() == {"file": {"id": file["id"]}}
    for _ in range(2):
        answer = await place.admin.delete(path)
        assert answer.json() == {"id": file["id"], "object": "file", "deleted": True}
    answer = await place.admin.get(path)
    assert answer.status_code == 404
    assert answer.json() == {"type": "not_found", "message": f"File with key {file['id']} not found"}


async def test_texts_can_come_as_json(place: Place) -> None:
    body = {"files": [{"name": "notes.txt", "content": "Grüße"}]}
    [file] = (await place.admin.post("/admin/uploads", json=body)).json()["files"]
    assert (await place.fetch(file["url"])).content.decode() == "Grüße"


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("application/json", b"{}"),
        ("application/json", b'{"files": []}'),
        ("application/json", b'{"files": [{}]}'),
        ("multipart/form-data; boundary=x", b"--x--\r\n"),
        ("multipart/form-data; boundary=x", ANOTHER_PART),
    ],
)
async def test_nothing_uploaded_is_refused(local_place: Place, media: str, body: bytes) -> None:
    answer = await local_place.admin.post("/admin/uploads", content=body, headers={"content-type": media})
    assert (answer.status_code, answer.json()) == (400, NO_FILES)


async def test_a_film_is_uploaded(place: Place) -> None:
    [file] = await upload(place, ("film.mp4", bytes(24 << 20), "video/mp4"))
    assert len((await place.fetch(file["url"])).content) == 24 << 20


async def test_a_broken_form_is_refused(local_place: Place) -> None:
    before = await local_place.stored()
    for media in ("multipart/form-data; boundary=x", "multipart/form-data"):
        body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nhal'
        answer = await local_place.admin.post("/admin/uploads", content=body, headers={"content-type": media})
        assert answer.status_code == 400
        assert answer.json()["type"] == "invalid_data"
    assert await local_place.stored() == before


async def test_an_upload_over_the_limit_is_refused(app: App, local_place: Place) -> None:
    before = await local_place.stored()
    limit = app.config.project.http.max_upload_size

    async def body() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.bin"\r\n\r\n'
        for _ in range(limit // (1 << 20) + 1):
            yield bytes(1 << 20)
        yield b"\r\n--x--\r\n"

    media = {"content-type": "multipart/form-data; boundary=x"}
    answer = await local_place.admin.post("/admin/uploads", content=body(), headers=media)
    assert answer.status_code == 413
    assert await local_place.stored() == before


async def test_only_users_may_upload(local_place: Place) -> None:
    before = await local_place.stored()
    answer = await local_place.admin.post("/admin/uploads", files=[("files", PIXEL)], headers={"authorization": ""})
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})
    assert await local_place.stored() == before


async def test_an_address_to_upload_to(place: Place) -> None:
    body = {"originalname": "big.csv", "size": 100, "mime_type": "text/csv; charset=utf-8", "access": "private"}
    prepared = (await place.admin.post("/admin/uploads/presigned-urls", json=body)).json()
    name, url = prepared.pop("filename"), prepared.pop("url")
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}\.csv", name)
    assert prepared == {
        "mime_type": "text/csv;charset=utf-8",
        "size": 100,
        "extension": "csv",
        "originalname": "big.csv",
    }
    if url == "/admin/uploads":
        [file] = await upload(place, (name, b"1,2", "text/csv"))
        name = file["id"]
    else:
        async with httpx.AsyncClient() as browser:
            answer = await browser.put(url, content=b"1,2", headers={"content-type": "text/csv;charset=utf-8"})
            assert answer.status_code == 200
    assert await place.service.get_as_buffer(name) == b"1,2"


@pytest.mark.parametrize("mime_type", ["", "xx", "text/", "/csv", "a/b/c", "text/csv\n"])
async def test_a_media_type_must_be_one(local_place: Place, mime_type: str) -> None:
    body = {"originalname": "a", "size": 1, "mime_type": mime_type}
    answer = await local_place.admin.post("/admin/uploads/presigned-urls", json=body)
    expected = {"code": "invalid_data", "type": "invalid_data", "message": f'Invalid file type "{mime_type}"'}
    assert (answer.status_code, answer.json()) == (400, expected)


async def test_a_workflow_keeps_files(place: Place) -> None:
    before = await place.stored()
    file = UploadFile(filename="export.csv", content=b"a,b", mime_type="text/csv")
    [stored] = await place.app.run(upload_files, [file])
    assert await place.service.get_as_buffer(stored.key) == b"a,b"
    await place.service.delete_files([stored.key])
    assert await place.stored() == before


# --- /static


async def test_a_file_is_sent_once_and_in_parts(local_place: Place) -> None:
    [file] = await upload(local_place, ("note.txt", b"hello upload", "text/plain"))
    whole = await local_place.fetch(file["url"])
    assert whole.headers["content-type"] == "text/plain; charset=UTF-8"
    assert whole.headers["cache-control"] == "public, max-age=0"
    known = await local_place.fetch(file["url"], if_none_match=whole.headers["etag"])
    assert (known.status_code, known.content) == (304, b"")
    assert (await local_place.fetch(file["url"], if_none_match='"another"')).status_code == 200
    assert (await local_place.fetch(file["url"], if_modified_since=whole.headers["last-modified"])).status_code == 304
    for asked, content, told in (
        ("bytes=0-3", b"hell", "bytes 0-3/12"),
        ("bytes=6-", b"upload", "bytes 6-11/12"),
        ("bytes=-4", b"load", "bytes 8-11/12"),
        ("bytes=6-99", b"upload", "bytes 6-11/12"),
    ):
        part = await local_place.fetch(file["url"], range=asked)
        assert (part.status_code, part.content, part.headers["content-range"]) == (206, content, told)
    beyond = await local_place.fetch(file["url"], range="bytes=12-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, "bytes */12")
    head = await local_place.admin.head(file["url"])
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "12")


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("a.csv.gz", "application/gzip"),
        ("a.svgz", "application/gzip"),
        ("a.txt.bz2", "application/octet-stream"),
        ("a.PNG", "image/png"),
    ],
)
async def test_a_name_tells_the_media_type(local_place: Place, name: str, media: str) -> None:
    [file] = await upload(local_place, (name, b"x", "text/html"))
    assert (await local_place.fetch(file["url"])).headers["content-type"] == media


async def test_what_could_run_scripts_runs_none(local_place: Place) -> None:
    files = await upload(
        local_place, ("a.html", b"<script>", "text/html"), ("a.svg", b"<svg/>", "image/svg+xml"), PIXEL
    )
    policies = [(await local_place.fetch(file["url"])).headers.get("content-security-policy") for file in files]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; sandbox"] * 2 + [None]


async def test_paths_lead_nowhere_else(local_place: Place) -> None:
    private = await local_place.provider.upload(NewFile(filename="p.txt", access=FileAccess.PRIVATE), b"secret")
    for path in (
        f"/static/{private.key}",
        f"/static/..%2fprivate%2f{private.key}",
        f"/static/../private/{private.key}",
        f"/static/%2e%2e%2fprivate%2f{private.key}",
        "/static/..",
        "/static/.hidden",
        "/static/",
        "/static/nothing.txt",
        "/static/a%00b",
        f"/static/{private.key}?expires=99999999999&signature=0",
        f"/static/{private.key}?expires=x&signature=ä",
    ):
        answer = await local_place.fetch(f"http://localhost:9000{path}")
        assert (answer.status_code, b"secret" in answer.content) == (404, False), path


async def test_the_address_of_a_private_file_ends(local_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    private = await local_place.provider.upload(NewFile(filename="p.txt", access=FileAccess.PRIVATE), b"secret")
    assert (await local_place.fetch(private.url)).headers["cache-control"] == "private, max-age=0"
    monkeypatch.setattr("medusa.infrastructure.files.local.time.time", lambda: 99_999_999_999)
    assert (await local_place.fetch(private.url)).status_code == 404


async def test_without_the_local_provider_there_are_no_static_files(s3_place: Place) -> None:
    assert (await s3_place.admin.get("/static/a.txt")).status_code == 404


# --- faults


async def test_a_bucket_that_is_away_answers_503(app: App, own_s3: S3Server, admin_token: str, tmp_path: Path) -> None:
    async with application(app, tmp_path, "s3", own_s3.options()) as opened, admin_of(opened, admin_token) as admin:
        own_s3.stop()
        answer = await admin.post("/admin/uploads", files=[("files", PIXEL)])
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
        assert answer.json()["type"] == "service_unavailable"


async def test_a_folder_that_cannot_be_used_stops_the_start(app: App, tmp_path: Path) -> None:
    (tmp_path / "static").write_text("not a folder")
    cases = {
        "files cannot be written to": {"upload_dir": str(tmp_path / "static")},
        "lies below upload_dir, which everybody may see": {
            "upload_dir": str(tmp_path / "s"),
            "private_upload_dir": str(tmp_path / "s" / "private"),
        },
    }
    for problem, options in cases.items():
        with pytest.raises(ConfigurationError, match=problem):
            await LocalFileProvider(options).open(app)
    with pytest.raises(ConfigurationError, match="unknown field `uplaod_dir`"):
        LocalFileProvider({"uplaod_dir": "x"})
