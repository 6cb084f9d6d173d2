"""More holes that were found by looking for them, and are closed. A docstring tells how the hole was, and where."""

import contextlib
import traceback
from typing import Any

import pytest

from bot.addressing import Identity
from bot.errors import StorageError
from bot.handler import Opened
from bot.matrix.rooms import RoomBook
from bot.matrix.translate import Translator
from bot.outbox import Outbox
from bot.readers import Sent
from bot.storage import audit, outbox, schema
from bot.storage.engine import Storage
from bot.storage.journal import DONE
from bot.storage.outbox import Row
from tests.support.fakes import FakeClock, FakeSender
from tests.support.house import ROOM, House, entry, on_any_database

# bot/outbox.py: _send


@on_any_database
async def test_a_row_whose_sending_keeps_surprising_us_does_not_hold_up_its_room_for_ever(
    storage: Storage, clock: FakeClock
) -> None:
    """What is neither TryLater nor Permanent (an error of nio's, an answer without "event_id", a `CryptoError`) leaves
    `work`: the row is never put off nor given up, tried again every 5 s for good, and nobody but the log is told.
    """
    sender = FakeSender(trouble={"bomb": [KeyError("event_id") for _ in range(1000)]})
    rows = [Row(room=ROOM, kind="send", type="m.room.message", content={"body": text}) for text in ("bomb", "hello")]
    async with storage.begin() as tx:
        await outbox.add(tx, rows)
    for _ in range(100):
        clock.forward(600)
        with contextlib.suppress(KeyError):
            await Outbox(storage=storage, sender=sender, clock=clock).work(ROOM)
    assert sender.texts() == ["hello"]


# bot/matrix/translate.py: _message; bot/dispatch.py


async def test_a_message_of_a_strange_type_is_ignored_without_ado(storage: Storage) -> None:
    """`Ignored` quotes the type, and no database takes half a character, nor PostgreSQL a NUL; so the handlers are said
    to have failed, the moderators are told, and anybody can have that said as often as they like.
    """
    nothing: Any = None
    us = Identity(user_id="@steward:example.org", names=("Steward",), prefixes=("!",))
    reads: Any = Translator(us=us, rooms=RoomBook(), machine=nothing, sent=Sent(storage))
    home = House(storage=storage, reader=reads, handlers={"faq": Opened()})
    for number, kind in enumerate(("m.\0", "m.\ud800")):
        body = {"type": "m.room.message", "content": {"msgtype": kind, "body": "x"}}
        await home.journalled(entry(f"${number}", body=body))
    await home.works()
    assert [(await home.became(key))[0] for key in ("$0", "$1")] == [DONE, DONE]
    assert await home.queued() == []
    assert await audit.latest(storage, 5) == []


# bot/storage/engine.py: trouble


async def test_no_error_of_the_database_quotes_what_was_to_be_written(storage: Storage) -> None:
    """PostgreSQL's own message has a DETAIL: "Failing row contains (…, what somebody wrote, …)". It is in the sentence
    that is logged as "why", and in the traceback.
    """

    async def write() -> None:
        async with storage.begin() as tx:
            await tx.execute(schema.journal.insert().values(source="matrix", key="$1", body="canary"))

    with pytest.raises(StorageError) as caught:
        await write()
    assert "canary" not in str(caught.value)
    assert not any("canary" in line for line in traceback.format_exception(caught.value) if "body=" not in line)
