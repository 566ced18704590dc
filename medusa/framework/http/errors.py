"""From errors to answers: one table from type to status, and the bodies of the contract."""

from __future__ import annotations

import html
import traceback
from typing import Final
from urllib.parse import quote

import structlog
from msgspec import Struct

from medusa.framework.errors import ErrorType, InvalidData, MedusaError, NotAllowed
from medusa.framework.http.response import HTML, Response, json_response

log = structlog.get_logger("medusa.http")

STATUS: Final[dict[ErrorType, int]] = {
    ErrorType.INVALID_DATA: 400,
    ErrorType.INVALID_ARGUMENT: 400,
    ErrorType.NOT_ALLOWED: 400,
    ErrorType.UNAUTHORIZED: 401,
    ErrorType.FORBIDDEN: 403,
    ErrorType.NOT_FOUND: 404,
    ErrorType.CONFLICT: 409,
    ErrorType.DUPLICATE: 422,
    ErrorType.PAYMENT_AUTHORIZATION: 422,
    ErrorType.PAYMENT_REQUIRES_MORE: 422,
    ErrorType.UNEXPECTED: 500,
    ErrorType.UNKNOWN: 500,
    ErrorType.UNAVAILABLE: 503,
}

_CODE: Final[dict[ErrorType, str]] = {
    ErrorType.CONFLICT: "invalid_state_error",
    ErrorType.DUPLICATE: "invalid_request_error",
    ErrorType.UNEXPECTED: "unknown_error",
    ErrorType.UNKNOWN: "unknown_error",
}

RETRY_AFTER_SECONDS: Final = 1
_UNEXPECTED: Final = "An unknown error occurred."


class ErrorBody(Struct, omit_defaults=True):
    """The body of every error but the bare 401."""

    type: str
    message: str
    code: str | None = None


class HttpError(Exception):
    """An answer raised instead of returned: what no error type has a status for."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


class LikeUnexpected(MedusaError):
    """A mistake of the client that the contract answers like an unexpected failure."""

    type, code = ErrorType.UNKNOWN, "unknown_error"

    def __init__(self) -> None:
        super().__init__(_UNEXPECTED)


class UnreadableBody(InvalidData):
    """The body is not JSON."""


class PublishableKeyMissing(NotAllowed):
    """A store route without a key."""

    def __init__(self) -> None:
        super().__init__(
            "Publishable API key required in the request header: x-publishable-api-key. "
            "You can manage your keys in settings in the dashboard."
        )


class PublishableKeyInvalid(NotAllowed):
    """A key that is unknown or revoked."""

    def __init__(self) -> None:
        super().__init__("A valid publishable key is required to proceed with the request")


def body_too_large() -> Response:
    """The answer to a body beyond the limit."""
    return json_response(ErrorBody("unknown_error", "request entity too large"), 413)


def body_too_slow() -> Response:
    """The answer to a body that does not come; the connection cannot be used any more."""
    message = "The body of the request did not arrive in time"
    return json_response(ErrorBody("unknown_error", message, "request_timeout"), 408, [(b"connection", b"close")])


def unsupported(message: str) -> Response:
    """The answer to a charset or an encoding nobody here reads."""
    return json_response(ErrorBody("unknown_error", message), 415)


def unauthorized(message: str = "Unauthorized") -> Response:
    """The bare 401 of the contract."""
    return json_response({"message": message}, 401)


def too_many_requests(retry_after_seconds: int) -> Response:
    """The answer beyond the rate limit."""
    message = f"Too many requests: try again in {retry_after_seconds} seconds"
    retry = (b"retry-after", b"%d" % retry_after_seconds)
    return json_response(ErrorBody("not_allowed", message, "too_many_requests"), 429, [retry])


def no_such_route(method: str, path: str) -> Response:
    """The HTML page for a method and path nobody handles."""
    shown = html.escape(quote(path, safe="/!$&'()*+,;=:@~-._"), quote=True).replace("&#x27;", "&#39;")
    page = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n'
        f"<pre>Cannot {html.escape(method)} {shown}</pre>\n</body>\n</html>\n"
    )
    security = [(b"content-security-policy", b"default-src 'none'"), (b"x-content-type-options", b"nosniff")]
    return Response(page.encode(), 404, HTML, security)


def error_response(error: BaseException) -> Response:
    """The answer to an exception. What nobody foresaw is logged with its traceback and says nothing of the inside."""
    if isinstance(error, HttpError):
        return error.response
    if not isinstance(error, MedusaError):
        log.error("http.request.failed", exc_info=error)
        return json_response(ErrorBody("unknown_error", _UNEXPECTED, "unknown_error"), 500)
    status = STATUS[error.type]
    message = error.message
    if status >= 500 and error.__cause__ is not None:
        # Something else is away and every request says so: one line each.
        told = traceback.format_exception_only if error.type is ErrorType.UNAVAILABLE else traceback.format_exception
        log.error("http.request.failed", error=message, cause="".join(told(error.__cause__)).rstrip())
    if error.type is ErrorType.UNKNOWN:
        message = _UNEXPECTED
    retry = [(b"retry-after", b"%d" % RETRY_AFTER_SECONDS)] if error.type is ErrorType.UNAVAILABLE else []
    return json_response(ErrorBody(str(error.type), message, error.code or _CODE.get(error.type)), status, retry)
