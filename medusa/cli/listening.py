"""The socket of a server, and what all servers have in common."""

from __future__ import annotations

import errno
import socket

from medusa.framework.errors import ConfigurationError

BACKLOG = 2048
"""Connections that wait to be accepted, at most."""
GRACE_SECONDS = 30
"""How long what is under way may take to end when a server stops."""


def bind(host: str, port: int) -> socket.socket:
    """A socket with this address, not listening yet.

    Raises:
        ConfigurationError: The address is taken, or not ours to take.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family)
        try:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind(address)
        except OSError:
            found.close()
            raise
    except OSError as error:
        causes = {
            errno.EADDRINUSE: f"Port {port} is in use: end the other program, or choose another port with --port.",
            errno.EACCES: f"Port {port} needs more rights: choose one above 1023 with --port.",
            errno.EADDRNOTAVAIL: f"This machine has no address {host}: choose another with --host.",
        }
        raise ConfigurationError(
            causes.get(error.errno or 0, f"{host} cannot be listened on ({error}): choose another with --host.")
        ) from error
    return found


def check_port(host: str, port: int) -> None:
    """Ask for the port before the work begins.

    Raises:
        ConfigurationError: It is taken, or not ours to take.
    """
    bind(host, port).close()
