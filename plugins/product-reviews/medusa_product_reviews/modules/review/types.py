"""Words of the module."""

from enum import StrEnum


class Status(StrEnum):
    """Whether a review may be seen."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
