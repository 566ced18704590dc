"""What ``medusa develop`` and the servers it starts say to one another, over a socket between two processes.

The conversation's end is a message too: a server whose supervisor hangs up (or dies) stops, and one that hangs up has ended.
"""

from __future__ import annotations

import os
import socket
from typing import TypeAlias

import msgspec


class Started(msgspec.Struct, frozen=True, tag=True):
    """A process for a version of the code is there."""

    pid: int


class WantsListener(msgspec.Struct, frozen=True, tag=True):
    """It needs the socket with this address: answered with the socket, or with why there is none."""

    host: str
    port: int


class Ready(msgspec.Struct, frozen=True, tag=True):
    """It has booted and takes requests.

    Args:
        folders: Folders outside of the application whose code it runs, and which may change.
    """

    address: str
    database: str
    folders: list[str]


class Left(msgspec.Struct, frozen=True, tag=True):
    """It takes no connections any more."""


class Failed(msgspec.Struct, frozen=True, tag=True):
    """It cannot run."""

    message: str


class Advice(msgspec.Struct, frozen=True, tag=True):
    """What is left to do before the code fits the database: sentences."""

    lines: list[str]


SERVE, ADVISE = b"s", b"a"
"""What the supervisor orders: a server, or a comparison of the code with the database."""
Message: TypeAlias = Started | WantsListener | Ready | Left | Failed | Advice
encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Message).decode


def received(descriptor: int) -> socket.socket:
    """A socket that came from another process; what we start does not get it."""
    os.set_inheritable(descriptor, False)
    return socket.socket(fileno=descriptor)


class ServerSide:
    """The end of a process that was forked."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel

    def fileno(self) -> int:
        """Readable when the supervisor has hung up."""
        return self._channel.fileno()

    def tell(self, message: Message) -> None:
        """Send a message; nobody need listen any more."""
        try:
            self._channel.sendall(encode(message) + b"\n")
        except (BrokenPipeError, ConnectionResetError):
            return

    def listener(self, host: str, port: int) -> socket.socket | str:
        """The socket with this address, or why there is none."""
        self.tell(WantsListener(host, port))
        text, descriptors, _, _ = socket.recv_fds(self._channel, 4096, 1)
        return received(descriptors[0]) if descriptors else text.decode()


def hand_over(channel: socket.socket, listener: socket.socket | str) -> None:
    """Answer :class:`WantsListener`."""
    if isinstance(listener, str):
        channel.send(listener.encode())
    else:
        socket.send_fds(channel, [b"+"], [listener.fileno()])
