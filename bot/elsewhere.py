"""Other channels than Matrix, reached through the Apprise library: mail, a phone, an account somewhere.

Each has an outbox of its own, so that neither the homeserver's troubles nor another channel's hold it up. A message may
arrive twice where a channel takes it and doesn't say so. Addresses hold secrets: nothing here shows one.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field

import structlog
from pydantic import SecretStr

from bot.clock import Clock
from bot.deadline import within
from bot.errors import ConfigError, Permanent, Unreachable
from bot.matrix import render
from bot.storage.outbox import Row

log = structlog.get_logger()

#: For one try, in seconds.
SECONDS = 30.0
#: Waiting after a failure: 5 s doubling up to 5 minutes.
FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0
#: What is older, in seconds, is given up when it fails once more.
GIVEN_UP = 86_400.0
KNOWN_ADDRESSES = "https://appriseit.com/services/"

#: Sends a title and a text, both plain, and says whether that has worked. Takes as long as it takes.
Send = Callable[[str, str], bool]


@dataclass(kw_only=True)
class Channel:
    """One channel, as its outbox wants it."""

    name: str
    send: Send
    clock: Clock
    seconds: float = SECONDS
    _failures: int = field(default=0, init=False)
    _trying: "tuple[str, asyncio.Task[bool]] | None" = field(default=None, init=False)

    async def deliver(self, row: Row, target: str | None) -> None:
        """Send it. Raises `Unreachable` with the time to come back, `Permanent` after a day."""
        del target
        try:
            arrived = await within(self.seconds, self._try(row))
        except TimeoutError:
            raise self._failed(row, f"it takes longer than {self.seconds:g} s") from None
        except Exception as error:  # noqa: BLE001 - each kind of channel has errors of its own
            # Without the error's own words: some of them quote the whole address.
            raise self._failed(row, type(error).__name__) from None
        if not arrived:
            raise self._failed(row, "it did not take the message")
        self._failures, self._trying = 0, None

    def _try(self, row: Row) -> "asyncio.Task[bool]":
        """The try that goes on, if that is for the same row. Beside one that hangs there is never another."""
        txn, going_on = self._trying or ("", None)
        if going_on is not None and txn == row.txn:
            return going_on
        if going_on is not None and not going_on.done():
            raise TimeoutError
        # A second line would end a mail's headers.
        title, text = " ".join(row.content["title"].split()), render.plain(row.content["text"])
        task = asyncio.create_task(in_a_thread(lambda: self.send(title, text)))
        self._trying = (row.txn, task)
        return task

    def _failed(self, row: Row, why: str) -> Unreachable | Permanent:
        if self._trying is not None and self._trying[1].done():
            self._trying = None
        if self.clock.now().timestamp() - row.created > GIVEN_UP:
            return Permanent(f"for a day it took nothing; in the end {why}")
        wait = min(FIRST_WAIT * 2.0 ** min(self._failures, 10), LONGEST_WAIT)
        self._failures += 1
        log.warning("channel_failed", channel=self.name, seconds=wait, why=why)
        return Unreachable(f"the channel {self.name} failed: {why}", wait)


@dataclass(frozen=True, slots=True)
class Gone:
    """A channel that the config had when the message was made, and has no more."""

    async def deliver(self, row: Row, target: str | None) -> None:
        """Give it up."""
        del row, target
        raise Permanent("the config has no such channel any more")


def channels_of(addresses: Mapping[str, SecretStr], clock: Clock) -> dict[str, Channel]:
    """The channels by their names. Raises `ConfigError` with each whose address can't be used."""
    if not addresses:
        return {}
    found = {name: apprised(address.get_secret_value()) for name, address in addresses.items()}
    unusable = [
        f"the address of the channel {name} is none that Apprise knows; see {KNOWN_ADDRESSES}"
        for name, send in found.items()
        if send is None
    ]
    if unusable:
        raise ConfigError(*unusable)
    return {name: Channel(name=name, send=send, clock=clock) for name, send in found.items() if send is not None}


def apprised(address: str) -> Send | None:
    """What sends to this address; None where it isn't one."""
    # It takes a while, and few have channels.
    import apprise  # noqa: PLC0415

    for chatty in ("apprise", "urllib3"):
        logging.getLogger(chatty).setLevel(logging.CRITICAL + 1)  # they log addresses
    service = apprise.Apprise()
    if not service.add(address):
        return None

    def send(title: str, text: str) -> bool:
        return bool(service.notify(title=title, body=text, body_format=apprise.NotifyFormat.TEXT))

    return send


async def in_a_thread(work: Callable[[], bool]) -> bool:
    """What `work` returns. Its thread is nobody else's, and doesn't keep the program from ending."""
    future: Future[bool] = Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for, also what ends a thread
            future.set_exception(error if isinstance(error, Exception) else RuntimeError(type(error).__name__))

    threading.Thread(target=run, name="channel", daemon=True).start()
    return await asyncio.wrap_future(future)
