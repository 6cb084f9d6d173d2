"""One connection to whichever of several addresses answers first: one of them that is dead holds nobody up."""

import asyncio
import errno
import socket
from collections.abc import Sequence

from aiohttp.abc import ResolveResult

#: To so many of a name's addresses a connection is tried at once.
TRIES = 4


async def connected(addresses: Sequence[ResolveResult]) -> socket.socket:
    """A connected socket, which is the caller's to close. Raises OSError where none of the addresses answers."""
    if not addresses:
        raise OSError(errno.EADDRNOTAVAIL, "the name has no address that could be called")
    tries = [asyncio.create_task(_connect(one)) for one in addresses[:TRIES]]
    first = None
    try:
        first = await _first(tries)
    finally:
        for task in tries:
            task.cancel()
        for found in await asyncio.gather(*tries, return_exceptions=True):
            if isinstance(found, socket.socket) and found is not first:
                found.close()
    return first


async def _first(tries: "list[asyncio.Task[socket.socket]]") -> socket.socket:
    pending = set(tries)
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if task.exception() is None:
                return task.result()
    return tries[0].result()


async def _connect(address: ResolveResult) -> socket.socket:
    sock = socket.socket(address["family"], socket.SOCK_STREAM)
    sock.settimeout(0)
    try:
        await asyncio.get_running_loop().sock_connect(sock, (address["host"], address["port"]))
    except BaseException:
        sock.close()
        raise
    return sock
