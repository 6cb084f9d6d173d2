"""Bodies of requests: read within limits of size and time, and not too deep."""

import asyncio
import json
from dataclasses import dataclass

from aiohttp import web

from bot.nesting import deeper

#: How many lists and objects may stand within each other.
DEEPEST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one request may take: bytes of its body, and seconds; and how many requests there may be at once."""

    size: int = 1024 * 1024
    seconds: float = 10.0
    at_once: int = 64


async def read(request: web.Request, limits: Limits) -> bytes:
    """The raw body. Raises aiohttp's 408, 413 and 415, and 400 for one that breaks off."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        # A signature is over what was sent; and a small compressed body may be a huge one.
        raise web.HTTPUnsupportedMediaType(text="Send the body as it is, not compressed.\n")
    if (request.content_length or 0) > limits.size:
        raise _too_large(limits.size)
    try:
        async with asyncio.timeout(limits.seconds):
            return await _read(request, limits.size)
    except TimeoutError:
        raise web.HTTPRequestTimeout(text=f"The body has to come within {limits.seconds:g} seconds.\n") from None
    except (OSError, web.RequestPayloadError):
        raise web.HTTPBadRequest(text="The body breaks off.\n") from None


async def _read(request: web.Request, largest: int) -> bytes:
    body = bytearray()
    async for part in request.content.iter_any():
        body += part
        if len(body) > largest:
            raise _too_large(largest)
    return bytes(body)


def _too_large(largest: int) -> web.HTTPException:
    return web.HTTPRequestEntityTooLarge(largest, 0, text=f"The body may have at most {largest} bytes.\n")


def too_deep(text: str, deepest: int = DEEPEST) -> bool:
    """Whether more lists and objects stand within each other than `deepest`. What isn't JSON is never too deep."""
    try:
        return deeper(json.loads(text), deepest)
    except RecursionError:
        return True
    except ValueError:
        return False
