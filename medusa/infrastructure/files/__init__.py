"""Files: uploads of the dashboard, images of products, exports."""

from medusa.infrastructure.files.provider import FileAccess, FileMissing, FileProvider, NewFile, StoredFile

__all__ = ["FileAccess", "FileMissing", "FileProvider", "NewFile", "StoredFile"]
