"""What the workflows of files take."""

from __future__ import annotations

from msgspec import Struct

from medusa.infrastructure.files import FileAccess


class UploadFile(Struct, frozen=True, kw_only=True):
    """A file, its content included: the record of a workflow holds it too, so it should be small."""

    filename: str
    content: bytes
    mime_type: str = "application/octet-stream"
    access: FileAccess = FileAccess.PRIVATE
