"""How a server takes leave of its clients: nobody who got through to it is cut off.

Granian ends its connections well, but for two kinds: those that the system has accepted and granian has not, and those of
which it has not read a byte yet. So new ones are kept out first, and the last that came get a moment to say what they want.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import closing, suppress

SETTLE_SECONDS = 0.15
"""Between the last connection and the end of those that say nothing."""
_SO_ATTACH_FILTER = 26  # not in Python's socket module
_DROP_ALL = struct.pack("HBBI", 0x06, 0, 0, 0)  # the program of a packet filter: "return 0 bytes"


def refuse_connections() -> None:
    """Let in nobody new, at the sockets this process listens on; who is connected already is still accepted.

    The system drops the packets of new connections, so that their clients try again, until the socket is closed and refuses
    them. Where it cannot (macOS), new connections come in until granian stops.
    """
    if sys.platform != "linux":
        return
    code = ctypes.create_string_buffer(_DROP_ALL)
    program = struct.pack("HxxxxxxP", 1, ctypes.addressof(code))
    for _, listener in _listening():
        with suppress(OSError):
            listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


def leave_connections_to_others() -> None:
    """Accept nothing more at the sockets this process listens on: other processes do, at the same sockets."""
    for descriptor, listener in _listening():
        with socket.socket(listener.family, listener.type) as nobodys:
            nobodys.listen(1)
            nobodys.setblocking(False)
            os.dup2(
                nobodys.fileno(), descriptor, inheritable=False
            )  # granian goes on to accept, and finds nobody there


def _listening() -> Iterator[tuple[int, socket.socket]]:
    """The descriptors of TCP sockets that listen, each with a socket object for the time of the loop's turn."""
    for name in os.listdir("/dev/fd"):
        with suppress(OSError), closing(socket.socket(fileno=os.dup(int(name)))) as found:
            is_tcp = found.family in {socket.AF_INET, socket.AF_INET6} and found.type == socket.SOCK_STREAM
            if is_tcp and found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                yield int(name), found
