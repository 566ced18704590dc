"""Errors of the platform: one class for each thing that can go wrong, one table from type to HTTP status."""

from __future__ import annotations

from enum import StrEnum


class ErrorType(StrEnum):
    """What kind of failure an error is; decides the HTTP status."""

    INVALID_DATA = "invalid_data"
    INVALID_ARGUMENT = "invalid_argument"
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    DUPLICATE = "duplicate_error"
    CONFLICT = "conflict"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    PAYMENT_AUTHORIZATION = "payment_authorization_error"
    PAYMENT_REQUIRES_MORE = "payment_requires_more_error"
    UNAVAILABLE = "service_unavailable"
    UNEXPECTED = "unexpected_state"
    UNKNOWN = "unknown_error"


class MedusaError(Exception):
    """A failure a caller can act on: what happened in ``message``, what kind it is in ``type``."""

    type: ErrorType = ErrorType.UNKNOWN
    code: str | None = None

    def __init__(self, message: str, *, type: ErrorType | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if type is not None:
            self.type = type
        if code is not None:
            self.code = code


class InvalidData(MedusaError):
    """The request's data cannot be accepted."""

    type = ErrorType.INVALID_DATA


class NotFound(MedusaError):
    """What was asked for does not exist."""

    type = ErrorType.NOT_FOUND


class NotAllowed(MedusaError):
    """The state of things does not permit the operation."""

    type = ErrorType.NOT_ALLOWED


class Duplicate(MedusaError):
    """A unique value is taken."""

    type = ErrorType.DUPLICATE


class Conflict(MedusaError):
    """Another operation on the same thing is under way."""

    type = ErrorType.CONFLICT


class Unauthorized(MedusaError):
    """The caller has not proved who it is."""

    type = ErrorType.UNAUTHORIZED


class Forbidden(MedusaError):
    """The caller may not do this."""

    type = ErrorType.FORBIDDEN


class Unavailable(MedusaError):
    """The server cannot take the work now; trying again later can help."""

    type = ErrorType.UNAVAILABLE


def text_of(error: BaseException) -> str:
    """What an error says, as text that can be stored; also of an error that cannot say it."""
    try:
        return storable(str(error))
    except Exception:
        return f"{type(error).__name__}, which has no text"


def storable(text: str) -> str:
    """The text without what PostgreSQL stores nowhere: NUL, and halves of characters."""
    return text.encode(errors="replace").decode().replace("\x00", "\ufffd")


class ConfigurationError(Exception):
    """A mistake in the configuration: names the setting and the remedy. Stops the start."""
