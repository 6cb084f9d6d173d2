"""Hooks: what other systems send is proved, written to the journal, and only then acknowledged.

Handlers read it later. So nothing that was acknowledged is lost, and nobody waits for what we make of it.
"""

import asyncio
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from aiohttp import web

from bot import inbox
from bot.clock import Clock
from bot.config import Hook
from bot.deadline import within
from bot.errors import StorageError
from bot.running import Running
from bot.storage import journal
from bot.storage.engine import Storage
from bot.storage.journal import Entry
from bot.web import auth, bodies
from bot.web.auth import Accepted, Bearer, Call, Proof, Rejected
from bot.web.bodies import Limits
from bot.web.tally import Tally

log = structlog.get_logger()

#: What a hook that doesn't exist asks for: nobody has it. So it answers as any other does to a stranger.
NOBODY = Bearer(secrets=(secrets.token_bytes(32),))
#: How soon a sender may come again when we could not write, in seconds.
RETRY_AFTER = "5"
#: So many calls are written at once; the others wait. The rest of the bot needs connections to the database too.
WRITING = 8
#: Under this name refusals are counted where there is no such hook: what was called instead may hold a secret.
UNKNOWN = "?"


@dataclass(kw_only=True)
class Hooks:
    """Takes calls in. `refused` counts, by the hook's name, what was not."""

    hooks: Mapping[str, Hook]
    storage: Storage
    clock: Clock
    limits: Limits
    running: Running
    refused: dict[str, Tally] = field(default_factory=dict, init=False)
    _proofs: dict[str, Proof] = field(init=False)
    _writing: "set[asyncio.Task[None]]" = field(default_factory=set, init=False)
    _pens: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(WRITING), init=False)

    def __post_init__(self) -> None:
        self._proofs = {name: auth.proof_of(hook) for name, hook in self.hooks.items()}

    async def take(self, request: web.Request) -> web.Response:
        """Answers 202 once it is kept, 401, 400, 408, 413 or 415 to what can't be taken, 503 when nothing can."""
        # Before anything is looked up: how it is read says nothing about which hooks there are.
        body = await bodies.read(request, self.limits)
        name, now = request.match_info["name"], self.clock.now().timestamp()
        call = Call(headers=request.headers, path=request.match_info.get("secret", ""), body=body, at=now)
        verdict = auth.check(self._proofs.get(name, NOBODY), call)
        if isinstance(verdict, Rejected):
            raise self._unauthorized(name, verdict)
        text = body.decode("utf-8-sig", errors="replace")
        if bodies.too_deep(text):
            raise web.HTTPBadRequest(text=f"The JSON is nested more than {bodies.DEEPEST} deep.\n")
        await self._keep(self._entry(self.hooks[name], verdict, text, now))
        return web.Response(status=202, text="Taken.\n")

    def _entry(self, hook: Hook, verdict: Accepted, text: str, now: float) -> Entry:
        """A signed request that comes again has the same key, so that the journal takes it once."""
        key = f"{hook.name}:{verdict.nonce or uuid.uuid4().hex}"
        body = {"hook": hook.name, "format": hook.format, "raw": text}
        return inbox.of_ours(inbox.HOOK, key, lane(hook.name), body, now)

    async def _keep(self, entry: Entry) -> None:
        """Raises aiohttp's 503 where it can't be said that it is kept; it may come to be, for all that."""
        if len(self._writing) >= self.limits.at_once:
            raise not_now()
        writing = asyncio.create_task(self._write(entry))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)
        try:
            await within(self.limits.seconds, writing)
        except (StorageError, TimeoutError) as error:
            log.warning("hook_not_kept", lane=entry.room, why=str(error) or "the database takes too long")
            raise not_now() from None

    async def _write(self, entry: Entry) -> None:
        async with self._pens, self.storage.begin() as tx:
            await journal.write(tx, [entry])
        log.info("hook_taken", lane=entry.room)
        self.running.wake(entry.room)

    def _unauthorized(self, name: str, verdict: Rejected) -> web.HTTPException:
        """The same for all reasons and all names."""
        known = name if name in self.hooks else UNKNOWN
        times = self.refused.setdefault(known, Tally()).count(self.clock.steady())
        if times:
            log.warning("hook_refused", hook=known, times=times, why=verdict.why)
        text = "There is no such hook, or the secret is wrong.\n"
        return web.HTTPUnauthorized(text=text, headers={"WWW-Authenticate": 'Bearer realm="hooks"'})


def not_now() -> web.HTTPException:
    """Asks to come again."""
    text = "This can't be kept at the moment; send it again.\n"
    return web.HTTPServiceUnavailable(text=text, headers={"Retry-After": RETRY_AFTER})


def lane(name: str) -> str:
    """The lane that this hook's calls are worked off in, in their order; it takes a room's place in the journal."""
    return f"hook:{name}"
