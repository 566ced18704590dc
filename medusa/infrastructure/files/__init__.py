"""Files: uploads of the dashboard, images of products, exports."""

from medusa.infrastructure.files.provider import FileAccess, FileMissing, FileProvider, NewFile, StoredFile
from medusa.infrastructure.files.service import FileService

__all__ = ["FileAccess", "FileMissing", "FileProvider", "FileService", "NewFile", "StoredFile"]
