"""upload-files and delete-files: files as a part of something larger, such as an export.

Routes and others who have a stream give it to :class:`FileService` directly: nothing else depends on it.
"""

from __future__ import annotations

from datetime import timedelta

from medusa.framework.workflows import Retry, Undoable, WorkflowContext, step, workflow
from medusa.infrastructure.files import FileService, NewFile, StoredFile
from medusa.workflows.file.types import UploadFile

_RETRY, _TIMEOUT = Retry(times=3), timedelta(minutes=2)


async def _delete_uploaded(ctx: WorkflowContext, keys: list[str]) -> None:
    await ctx.service(FileService).delete_files(keys)


@step("upload-files", external=True, undo=_delete_uploaded, retry=_RETRY, timeout=_TIMEOUT)
async def keep_files(ctx: WorkflowContext, files: list[UploadFile]) -> Undoable[list[StoredFile], list[str]]:
    """Give files to the provider; undone, they are removed. A try whose answer is lost leaves files nobody knows of."""
    stored = await ctx.service(FileService).create_files(
        [
            (NewFile(filename=file.filename, mime_type=file.mime_type, access=file.access), file.content)
            for file in files
        ]
    )
    return Undoable(stored, [file.key for file in stored])


@step("delete-files", external=True, no_undo="what is deleted is gone", retry=_RETRY, timeout=_TIMEOUT)
async def remove_files(ctx: WorkflowContext, ids: list[str]) -> None:
    """Have the provider remove files."""
    await ctx.service(FileService).delete_files(ids)


@workflow("upload-files")
async def upload_files(ctx: WorkflowContext, files: list[UploadFile]) -> list[StoredFile]:
    """Keep files: all of them or none."""
    return await keep_files(ctx, files)


@workflow("delete-files")
async def delete_files(ctx: WorkflowContext, ids: list[str]) -> None:
    """Remove files for good; ids that do not exist are passed over."""
    await remove_files(ctx, ids)
