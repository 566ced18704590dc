"""Files of the provider ``local``, for browsers."""

from __future__ import annotations

from msgspec import Struct

from medusa.framework.http import Context, Response, get
from medusa.framework.http.errors import no_such_route
from medusa.framework.http.file_response import FileResponse
from medusa.infrastructure.files import FileProvider
from medusa.infrastructure.files.local import LocalFileProvider
from medusa.infrastructure.files.names import media_type_of

# What could run scripts in the name of the shop's own address.
_ACTIVE = {"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml"}
_SANDBOX = (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; sandbox")
_NO_SNIFFING = (b"x-content-type-options", b"nosniff")


class SignatureQuery(Struct, kw_only=True, frozen=True):
    """What the address of a private file carries."""

    expires: str = ""
    signature: str = ""


@get("/static/{key}")
async def serve_file(ctx: Context, key: str, query: SignatureQuery) -> Response:
    """Download a file."""
    provider = ctx.app.providers.default(FileProvider)
    path = None
    if isinstance(provider, LocalFileProvider):
        path = provider.servable(key, expires=query.expires, signature=query.signature)
    if path is None:
        return no_such_route("GET", ctx.request.path)
    media = media_type_of(key)
    charset = "; charset=UTF-8" if media.startswith("text/") or media == "application/json" else ""
    caching = b"private, max-age=0" if query.signature else b"public, max-age=0"
    headers = [(b"cache-control", caching), _NO_SNIFFING, *([_SANDBOX] if media in _ACTIVE else [])]
    return FileResponse(path, (media + charset).encode(), headers, is_head=ctx.request.method == "HEAD")
