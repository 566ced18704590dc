"""Addresses of mail."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address
from email.utils import getaddresses

from medusa.framework.errors import ConfigurationError, InvalidData


class NoMailAddress(InvalidData):
    """A text is no address, or holds several; it is not repeated, as it may be anything."""

    def __init__(self) -> None:
        super().__init__(
            "A mail needs an address as its sender, and one as its receiver: who else shall get it has a notification too"
        )


def mail_address(text: str) -> Address:
    """The one address in a text such as ``Shop <shop@example.com>``.

    A domain with other letters than ASCII is written as the mail servers of the world have it (``xn--...``).

    Raises:
        NoMailAddress: There is none, or more than one.
    """
    found = getaddresses([text])
    if len(found) != 1 or not text.isprintable():
        raise NoMailAddress
    name, spec = found[0]
    local, at, domain = spec.rpartition("@")
    try:
        return Address(name, addr_spec=f"{local}{at}{domain.encode('idna').decode()}")
    except (ValueError, MessageError) as error:
        raise NoMailAddress from error


def sender_of(option: str, *, provider: str) -> Address:
    """The sender that a provider is configured with.

    Raises:
        ConfigurationError: It is none.
    """
    try:
        return mail_address(option)
    except NoMailAddress as error:
        raise ConfigurationError(
            f"modules.notifications: the option from of {provider} is {option!r}: write it as 'Shop <shop@example.com>'"
        ) from error
