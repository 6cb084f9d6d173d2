"""Loopback ports for servers that may be stopped and started again."""

import errno
import random
import socket

#: Below the ports that systems lend to outgoing connections (from 32768 on Linux, 49152 on macOS). A port from
#: there could be taken while its server is down, even by a client's own connection that tries to reach the server.
_RANGE = range(20_000, 32_000)


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def free_port() -> int:
    """A port that was free a moment ago."""
    while True:
        port = random.choice(_RANGE)  # noqa: S311 - nobody gains from guessing it
        if is_free(port):
            return port
