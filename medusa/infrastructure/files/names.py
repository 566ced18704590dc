"""Names of files: what clients call them, made safe for folders, buckets and addresses."""

from __future__ import annotations

import mimetypes
import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# A file system takes 255 bytes; the provider puts something before the name.
_LONGEST_BYTES = 180

_TYPES = mimetypes.MimeTypes()  # Python's own table: that of the machine differs from one to the next
for _type, _extension in (("image/webp", ".webp"), ("image/avif", ".avif"), ("font/woff2", ".woff2")):
    _TYPES.add_type(_type, _extension)


def safe_name(filename: str) -> str:
    """The last part of a path, without control characters, shortened before its extension."""
    name = _CONTROL.sub("", filename.replace("\\", "/")).rpartition("/")[2] or "file"
    stem, extension = split_name(name)
    room = _LONGEST_BYTES - len(extension.encode())
    return stem.encode()[:room].decode("utf-8", "ignore") + extension


def split_name(name: str) -> tuple[str, str]:
    """``("photo", ".jpeg")``; something longer than an extension stays with the stem."""
    stem, dot, extension = name.rpartition(".")
    return (stem, dot + extension) if stem and 0 < len(extension) <= 16 else (name, "")


def media_type_of(name: str) -> str:
    """The media type that a file's name tells; what is packed is not what is inside."""
    media, packed = _TYPES.guess_type(name)
    if packed:
        return "application/gzip" if packed == "gzip" else "application/octet-stream"
    return media or "application/octet-stream"
