"""What is posted of a feed: decisions, without a database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.actions import Action, Edit, Later, Say
from bot.errors import ConfigError
from bot.markdown import escape
from bot.ports import RoomInfo
from handlers.status.feeds import deciding
from handlers.status.feeds.deciding import Round, failed, followed, gap, key, settled
from handlers.status.feeds.fetching import Answer, Trouble
from handlers.status.feeds.job import check, jobs, listening
from handlers.status.feeds.reading import Entry, Feed
from handlers.status.feeds.records import GONE, TOLD, Seen, State
from handlers.status.settings import FeedSettings, Settings
from tests.support.fakes import START, FakeRooms
from tests.unit.status.scenes import PLACE

FEED = FeedSettings(name="hetzner", title="Hetzner", url="https://status.example/en.atom", rooms=("tech-chat",))
OPS, TECH = "!ops:example.org", "!tech:example.org"


def entry(number: int, **changes: Any) -> Entry:
    """An entry of so many hours ago."""
    plain = Entry(
        id=f"id{number:062}",
        digest=f"words{number}",
        title=f"Fault {number}",
        text="A switch is broken.",
        link=f"https://status.example/{number}",
        at=START - timedelta(hours=number),
    )
    return replace(plain, **changes)


def turn(*seen: Entry, posted: bool = True, rooms: dict[str, str] | None = None, **state: Any) -> Round:
    """A look at the feed when these have been seen."""
    known = {one.id: Seen(digest=one.digest, posted=posted, at=START - timedelta(days=2)) for one in seen}
    before = replace(State(new=False, begun=True, seen=known), **state)
    return Round(feed=FEED, state=before, rooms=rooms or {"tech-chat": TECH}, operators=OPS, now=START)


def answer(*entries: Entry) -> Answer:
    return Answer(feed=Feed(entries=entries, site="https://status.example/"), etag='"e"', modified="")


def said(actions: Sequence[Action]) -> list[str]:
    return [action.text for action in actions if isinstance(action, Say)]


def edits(actions: Sequence[Action]) -> list[Edit]:
    return [action for action in actions if isinstance(action, Edit)]


def test_the_first_read_is_silent() -> None:
    assert said(followed(turn(begun=False), answer(entry(1), entry(2)), {})) == []


def test_what_is_new_afterwards_is_posted_as_the_providers() -> None:
    actions = followed(turn(entry(2)), answer(entry(1), entry(2)), {})
    (notice,) = [action for action in actions if isinstance(action, Say)]
    assert (notice.room, notice.key, notice.loud) == (TECH, key(FEED, entry(1), "tech-chat"), False)
    assert notice.text == (
        "**Notice from the provider Hetzner: Fault 1**\n\nA switch is broken\\.\n\n"
        "[Read it there](https://status.example/1) · 4 May 2026, 11:00 UTC"
    )


def test_more_than_three_are_gathered_in_one_line() -> None:
    texts = said(followed(turn(entry(20)), answer(*(entry(number) for number in range(1, 11))), {}))
    assert len(texts) == 4
    assert texts[0] == (
        "7 more notices from the provider Hetzner: Fault 10; Fault 9; Fault 8; Fault 7; Fault 6; and 2 more. "
        "[All of them](https://status.example/)"
    )
    assert ["Fault 3" in texts[1], "Fault 2" in texts[2], "Fault 1" in texts[3]] == [True] * 3


def test_entries_that_all_have_new_ids_are_no_news() -> None:
    known = [entry(number) for number in range(1, 11)]
    renamed = [replace(one, id=f"new{one.id}") for one in known]
    assert said(followed(turn(*known), answer(*renamed), {})) == []


def test_what_is_old_is_no_news() -> None:
    old = entry(1, at=START - timedelta(days=15))
    assert said(followed(turn(entry(2)), answer(old), {})) == []
    assert len(said(followed(turn(entry(2)), answer(replace(old, at=None)), {}))) == 1


def test_an_edited_entry_is_edited_where_it_was_posted() -> None:
    now = entry(1, digest="other words", text="It is over.")
    (edit,) = edits(followed(turn(entry(1)), answer(now), {key(FEED, now, "tech-chat"): True}))
    assert (edit.room, edit.key) == (TECH, key(FEED, now, "tech-chat"))
    assert "It is over" in edit.text


@pytest.mark.parametrize(("posted", "sent"), [(False, True), (True, False)])
def test_an_edited_entry_without_a_message_of_its_own_is_left(posted: bool, sent: bool) -> None:  # noqa: FBT001 - a table
    now = entry(1, digest="other words")
    actions = followed(turn(entry(1), posted=posted), answer(now), {key(FEED, now, "tech-chat"): sent})
    assert (edits(actions), said(actions)) == ([], [])


def test_words_of_others_stay_words() -> None:
    hostile = entry(1, title="**@room** [x](https://evil.example)", text="<b>& `y`\n# big", link="https://a.example/")
    (text,) = said(followed(turn(entry(2)), answer(hostile), {}))
    assert r"\*\*@room\*\* \[x\]\(https://evil\.example\)" in text
    assert r"\<b\>\& \`y\` \# big" in text


@pytest.mark.parametrize("why", ["what is there is no feed", "provider answers with more than 2097152 bytes"])
def test_operators_hear_once_of_what_will_not_pass(why: str) -> None:
    actions = failed(turn(), Trouble(why=why))
    assert said(actions) == [
        f"The feed hetzner can't be read: {escape(why)}. It is tried again, less and less often.",
    ]
    assert said(failed(turn(trouble=TOLD, failures=1), Trouble(why=why))) == []


def test_what_passes_by_itself_is_told_after_some_patience() -> None:
    told = [said(failed(turn(failures=number), Trouble(why="it took long", passes=True))) for number in range(8)]
    assert [bool(one) for one in told] == [False] * 5 + [True] * 3


def test_what_is_gone_is_not_asked_for_again() -> None:
    (text,) = said(failed(turn(), Trouble(why="it is gone for good (status 410)", gone=True)))
    assert text.endswith("It isn't asked for any more.")


def test_the_end_of_trouble_is_told_to_those_who_know_of_it() -> None:
    before = turn(trouble=TOLD, failures=3)
    assert said(settled(before, before.state)) == ["The feed hetzner can be read again."]
    assert said(settled(turn(failures=3), turn().state)) == []


@pytest.mark.parametrize(
    ("failures", "after", "minutes"),
    [(1, 0, 30), (2, 0, 60), (5, 0, 480), (50, 0, 1440), (1, 7200, 120), (1, 10**9, 1440), (1, 5, 30)],
)
def test_gaps_grow_or_are_as_long_as_the_server_wants(failures: int, after: float, minutes: int) -> None:
    trouble = Trouble(why="busy", passes=True, after=after)
    assert gap(FEED, failures, trouble) == timedelta(minutes=minutes)
    later = [one for one in failed(turn(failures=failures - 1), trouble) if isinstance(one, Later)]
    assert [(one.key, one.room, one.at - START) for one in later] == [
        ("feed:hetzner", "jobs:status", timedelta(minutes=minutes))
    ]


def test_a_feed_that_is_read_seldom_is_not_asked_more_often_when_it_fails() -> None:
    seldom = FEED.model_copy(update={"every": timedelta(days=7)})
    assert gap(seldom, 1, Trouble(why="busy")) == timedelta(days=7)


def test_rooms_are_found_by_their_names_and_each_once() -> None:
    rooms = FakeRooms(
        known={TECH: RoomInfo(id=TECH, name="tech-chat"), OPS: RoomInfo(id=OPS, name="ops")}, operators_room=OPS
    )
    feed = FEED.model_copy(update={"rooms": ("tech-chat", "ops", "operators", "elsewhere")})
    assert listening(feed, rooms) == {"tech-chat": TECH, "ops": OPS}


def test_wrong_rooms_and_names_given_twice_are_refused_all_at_once() -> None:
    settings = Settings(feeds=(FEED, FEED.model_copy(update={"rooms": ("tech-chta",)})))
    with pytest.raises(ConfigError) as refused:
        check(settings, PLACE)
    assert refused.value.problems == (
        "status.feeds[2].name: hetzner is given a second time; each feed needs its own",
        "status.feeds[2].rooms: there is no room 'tech-chta'; did you mean 'tech-chat'?",
    )
    check(Settings(feeds=(FEED,)), PLACE)


def test_each_feed_has_a_job_that_comes_as_often_as_the_config_says() -> None:
    (job,) = jobs(Settings(feeds=(FEED,)))
    assert (job.key, job.every) == ("feed:hetzner", timedelta(minutes=15))
    assert deciding.job_key(FEED) == job.key


def test_trouble_of_a_feed_that_is_gone_is_remembered_as_such() -> None:
    assert (TOLD, GONE) == ("told", "gone")
