"""A process that has imported all that is shipped, and nothing of the application: ``medusa develop`` forks servers off it.

It has one thread and no event loop, so that what it forks begins clean. It ends when the supervisor hangs up.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys

from litestar import Litestar
from sqlalchemy.orm import configure_mappers

from medusa.cli.conversation import SERVE, received
from medusa.cli.version_process import advise, serve_version
from medusa.framework.app import SHIPPED
from medusa.framework.discovery import import_tree


def main() -> None:
    """Fork a process for each order; its end of a conversation comes with it."""
    orders = received(int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all of us: the supervisor decides
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # it was held back while we began
    _warm_up()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody has to wait for our children
    while True:
        order, descriptors, _, _ = socket.recv_fds(orders, 1, 1)
        if not order:
            return
        if os.fork() == 0:
            orders.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            run = serve_version if order == SERVE else advise
            raise SystemExit(run(received(descriptors[0])))
        os.close(descriptors[0])


def _warm_up() -> None:
    for package in (*SHIPPED, "medusa.api"):
        import_tree(package)
    configure_mappers()
    Litestar(openapi_config=None, logging_config=None)  # imports its plugins
    gc.collect()
    gc.freeze()  # the collector's marks would copy the pages that all share


if __name__ == "__main__":
    main()
