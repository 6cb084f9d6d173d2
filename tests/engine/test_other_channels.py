"""Channels beside Matrix: each for itself, at least once, given up after a day, and their addresses seen nowhere."""

import asyncio
import logging
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
import structlog
from pydantic import SecretStr

from bot.elsewhere import FIRST_WAIT, GIVEN_UP, LONGEST_WAIT, Channel, Gone, channels_of
from bot.errors import ConfigError, Permanent, Unreachable
from bot.outbox import Outbox
from bot.storage import audit, outbox
from bot.storage.outbox import Row
from tests.support.channel import SECRET, target
from tests.support.fakes import START
from tests.support.house import on_any_database

ROW = Row(
    room="also:mail",
    kind="forward",
    content={"title": "Mastodon: unreachable", "text": "**Mastodon** can't be reached \\(HTTP 503\\)."},
    handler="status",
    created=START.timestamp(),
)


async def queue(storage, *rows):
    async with storage.begin() as tx:
        await outbox.add(tx, list(rows))


def work(storage, channel, clock, **options):
    return Outbox(storage=storage, sender=channel, clock=clock, **options)


@pytest.fixture
async def taker():
    async with target() as here:
        yield here


@pytest.fixture
def mail(taker, clock):
    return channels_of({"mail": SecretStr(taker.address)}, clock)["mail"]


async def test_a_message_arrives_as_plain_text_and_is_not_kept(storage, clock, taker, mail):
    await queue(storage, ROW)
    assert await work(storage, mail, clock).work("also:mail") is None
    assert taker.got == [("Mastodon: unreachable", "Mastodon can't be reached (HTTP 503).")]
    assert await outbox.depth(storage) == (0, None)


async def test_what_is_not_taken_is_tried_again_at_growing_distances_in_order(storage, clock, taker, mail):
    taker.status = 503
    await queue(storage, ROW, replace(ROW, txn="2", content={"title": "2", "text": "back"}))
    steward = work(storage, mail, clock)
    waits = []
    for _ in range(9):
        wait = await steward.work("also:mail")
        waits.append(wait)
        clock.forward(wait)
    assert waits[:3] == [FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4]
    assert waits[-2:] == [LONGEST_WAIT] * 2
    assert taker.asked == 9

    taker.status = 200
    assert await steward.work("also:mail") is None
    assert [title for title, _ in taker.got] == ["Mastodon: unreachable", "2"]


async def test_after_a_day_it_is_given_up_and_the_operators_are_told(storage, clock, taker, mail):
    taker.status = 500
    control = "!control:example.org"
    steward = work(storage, mail, clock, control_room=lambda: control)
    await queue(storage, ROW)
    clock.forward(GIVEN_UP)
    wait = await steward.work("also:mail")
    assert wait == FIRST_WAIT
    clock.forward(wait)
    assert await steward.work("also:mail") is None
    (noted,) = await audit.latest(storage, 5)
    assert noted.what == "could not forward to mail"
    assert noted.outcome == "for a day it took nothing; in the end it did not take the message"
    (told,) = await outbox.waiting(storage, control)
    assert "could not forward to mail" in told.content["body"]
    assert SECRET not in str(noted) + str(told)


@on_any_database
async def test_a_channel_that_the_config_has_no_more_gives_up_at_once(storage, clock):
    await queue(storage, ROW)
    assert await work(storage, Gone(), clock).work("also:mail") is None
    (noted,) = await audit.latest(storage, 5)
    assert noted.outcome == "the config has no such channel any more"


class Hanging:
    """A channel's other end that takes its time. `began` counts the tries."""

    def __init__(self):
        self.began, self.go_on, self.arrives = 0, threading.Event(), True

    def __call__(self, _title, _text):
        self.began += 1
        assert self.go_on.wait(60)
        return self.arrives


async def test_beside_a_try_that_hangs_there_is_no_other(clock):
    hanging = Hanging()
    channel = Channel(name="mail", send=hanging, clock=clock, seconds=0.05)
    for _ in range(3):
        with pytest.raises(Unreachable, match="longer than"):
            await channel.deliver(ROW, None)
    assert hanging.began == 1

    hanging.go_on.set()
    await channel.deliver(replace(ROW), None)
    assert hanging.began == 1, "what arrived late has arrived"


async def test_a_try_that_hangs_stands_for_its_own_message_alone(clock):
    hanging = Hanging()
    channel = Channel(name="mail", send=hanging, clock=clock, seconds=0.05)
    with pytest.raises(Unreachable):
        await channel.deliver(ROW, None)
    other = replace(ROW, txn="other")
    with pytest.raises(Unreachable):
        await channel.deliver(other, None)
    hanging.go_on.set()
    async with asyncio.timeout(30):
        while hanging.began == 1:
            try:
                await channel.deliver(other, None)
            except Unreachable:
                await asyncio.sleep(0.01)  # its thread ends when the machine finds time for it
    assert hanging.began == 2


async def test_a_channel_that_raises_is_tried_again_and_its_words_are_not_shown(clock):
    def fails(_title, _text):
        raise ValueError(f"https://example.org/{SECRET}")

    channel = Channel(name="mail", send=fails, clock=clock)
    with structlog.testing.capture_logs() as logged, pytest.raises(Unreachable) as raised:
        await channel.deliver(ROW, None)
    assert SECRET not in f"{raised.value} {logged}"
    assert logged == [
        {
            "event": "channel_failed",
            "log_level": "warning",
            "channel": "mail",
            "seconds": FIRST_WAIT,
            "why": "ValueError",
        }
    ]


async def test_a_failing_channel_shows_its_address_nowhere(clock, taker, mail, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    taker.status = 403
    with structlog.testing.capture_logs() as logged, pytest.raises(Unreachable) as raised:
        await mail.deliver(ROW, None)
    dead = channels_of({"dead": SecretStr(f"json://127.0.0.1:1/{SECRET}")}, clock)["dead"]
    with pytest.raises(Unreachable):
        await dead.deliver(ROW, None)
    out = capfd.readouterr()
    assert taker.asked == 1
    assert SECRET not in f"{logged} {raised.value} {caplog.text} {out.out} {out.err}"


@pytest.mark.parametrize("address", ["", "hello", f"nonsense://{SECRET}", f"mailto://{SECRET}"])
def test_an_address_that_is_none_is_an_error_that_names_the_channel_alone(clock, address, caplog, capfd):
    addresses = {"mail": SecretStr(address), "good": SecretStr("json://localhost/x"), "other": SecretStr("x")}
    with pytest.raises(ConfigError) as raised:
        channels_of(addresses, clock)
    mail, other = raised.value.problems
    assert "the channel mail" in mail
    assert "the channel other" in other
    out = capfd.readouterr()
    assert SECRET not in f"{raised.value} {caplog.text} {out.out} {out.err}"


async def test_a_message_that_is_old_is_tried_once_all_the_same(clock, taker, mail):
    clock.forward(GIVEN_UP * 3)
    await mail.deliver(ROW, None)
    assert len(taker.got) == 1
    taker.status = 500
    with pytest.raises(Permanent):
        await mail.deliver(replace(ROW, txn="2"), None)


def test_without_channels_the_library_is_not_loaded():
    program = "import sys; from bot import app; app.channels_of({}, None); print('apprise' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


async def test_a_title_is_one_line_since_a_mail_would_end_its_headers_there(taker, mail):
    await mail.deliver(replace(ROW, content={"title": "Social:\nBcc: eve@example.org\r\n", "text": "x"}), None)
    assert taker.got == [("Social: Bcc: eve@example.org", "x")]


async def test_what_ends_a_thread_holds_up_no_channel(clock):
    def send(_title, _text):
        raise SystemExit

    channel = Channel(name="mail", send=send, clock=clock, seconds=30.0)
    for _ in range(2):
        with pytest.raises(Unreachable, match="RuntimeError"):
            await channel.deliver(ROW, None)
