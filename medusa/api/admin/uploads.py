"""Uploads: files of the dashboard and of scripts."""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from decimal import Decimal

from litestar.datastructures import UploadFile
from msgspec import Struct

from medusa.framework.errors import InvalidData
from medusa.framework.http import AdminContext, FieldsQuery, Response, delete, get, post
from medusa.framework.ids import ulid
from medusa.framework.query import Fields
from medusa.infrastructure.files import FileAccess, FileService, NewFile, StoredFile
from medusa.infrastructure.files.names import media_type_of
from medusa.workflows.file.files import delete_files

_MULTIPART = "multipart/form-data"
_MEDIA_TYPE = re.compile(r"([\w!#$&^.+-]+/([\w!#$&^.+-]+))((?:\s*;\s*[\w!#$&^.+-]+=[^;]+)*)")
_CHUNK_BYTES = 256 * 1024


class NoFiles(InvalidData):
    """Nothing was sent."""

    def __init__(self) -> None:
        super().__init__("No files were uploaded")


class InvalidFileType(InvalidData):
    """What is said to be a media type is none."""

    code = "invalid_data"

    def __init__(self, mime_type: str) -> None:
        super().__init__(f'Invalid file type "{mime_type}"')


class TextFile(Struct, kw_only=True):
    """A file with a text as its content."""

    name: str = ""
    content: str | None = None


class Uploads(Struct, kw_only=True):
    """Files; as ``multipart/form-data`` in one or more parts named ``files``."""

    files: list[TextFile] = []


class UploadToCome(Struct, kw_only=True, forbid_unknown_fields=True):
    """A file that the client uploads by itself; ``size`` in bytes."""

    originalname: str
    mime_type: str
    size: Decimal
    access: FileAccess = FileAccess.PRIVATE


@post("/admin/uploads")
async def upload(ctx: AdminContext, body: Uploads, query: FieldsQuery) -> Response:
    """Upload files that everybody may see."""
    if ctx.request.media == _MULTIPART:
        stored = await _store_parts(ctx)
    else:
        texts = [
            (_named(file.name), file.content.encode()) for file in body.files if file.name and file.content is not None
        ]
        stored = await _keep(ctx, texts)
    return ctx.json({"files": [{"id": file.key, "url": file.url} for file in stored]})


@post("/admin/uploads/presigned-urls")
async def get_upload_url(ctx: AdminContext, body: UploadToCome) -> Response:
    """Get an address to which a client uploads a file by itself."""
    media = _MEDIA_TYPE.fullmatch(body.mime_type)
    if media is None:
        raise InvalidFileType(body.mime_type)
    extension = media[2].lower()
    mime_type = media[1].lower() + re.sub(r"\s*;\s*", ";", media[3])
    file = NewFile(filename=f"{ulid()}.{extension}", mime_type=mime_type, access=body.access)
    [prepared] = await ctx.service(FileService).get_upload_file_urls([file])
    return ctx.json(
        {
            "url": prepared.url,
            "filename": prepared.key,
            "mime_type": mime_type,
            "size": body.size,
            "extension": extension,
            "originalname": body.originalname,
        }
    )


@get("/admin/uploads/{id}")
async def retrieve_upload(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a file with an address from which it can be downloaded."""
    file = await ctx.service(FileService).retrieve_file(id)
    fields = Fields.parse(query.fields, "id,url")
    shown = {"id": file.key}
    if fields.asks("url") or fields.tree.star:
        shown["url"] = file.url
    return ctx.json({"file": shown})


@delete("/admin/uploads/{id}")
async def delete_upload(ctx: AdminContext, id: str) -> Response:
    """Delete a file."""
    await ctx.run(delete_files, [id])
    return ctx.deleted(id, "file")


async def _store_parts(ctx: AdminContext) -> list[StoredFile]:
    """Keep the files of a form; what is large waits on the disk, not in memory."""
    form = await ctx.request.form()
    parts = [part for part in form.getall("files", []) if isinstance(part, UploadFile)]
    try:
        files = [(_named(part.filename, part.content_type), _chunks(part)) for part in parts]
        return await _keep(ctx, files)
    finally:
        for part in [value for _, value in form.multi_items() if isinstance(value, UploadFile)]:
            await part.close()


async def _keep(ctx: AdminContext, files: Sequence[tuple[NewFile, bytes | AsyncIterable[bytes]]]) -> list[StoredFile]:
    if not files:
        raise NoFiles
    return await ctx.service(FileService).create_files(files)


def _named(filename: str, mime_type: str = "") -> NewFile:
    return NewFile(filename=filename, mime_type=mime_type or media_type_of(filename), access=FileAccess.PUBLIC)


async def _chunks(part: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await part.read(_CHUNK_BYTES):
        yield chunk
