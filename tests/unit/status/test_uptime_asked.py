"""`!uptime`: what was measured and no more, in words and in a picture that says the same."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import Select

from bot.actions import Done, Picture, Reply
from bot.commands import Call
from bot.errors import Refused
from bot.ports import Memory
from handlers.status.history.chart import FOOT, LEAST, PARTS, draw
from handlers.status.history.command import MOST, run, uptime_command
from handlers.status.history.ranges import RANGES, Range, asked
from handlers.status.history.uptime import Uptime, periods, uptime
from handlers.status.history.words import Found, alt, answer, of
from handlers.status.records import Span
from handlers.status.states import State
from tests.support.fakes import ports
from tests.support.house import ANA, ROOM, said
from tests.unit.status.scenes import PLACE, WIKI, watch

DAY, WEEK, MONTH, QUARTER = RANGES
HOUR = timedelta(hours=1)
NOW = datetime(2026, 5, 4, 12, 34, tzinfo=UTC)
LONGEST_FILE = 60 * 1024


def span(state: State, begun: float, ended: float | None, service: str = "mastodon") -> Span:
    """A span, in hours before now."""
    return Span(
        service=service,
        state=state,
        begun=NOW - begun * HOUR,
        ended=None if ended is None else NOW - ended * HOUR,
    )


def found(over: Range, *spans: Span, name: str = "mastodon", title: str = "Mastodon") -> Found:
    edges = over.edges(NOW)
    whole = uptime(spans, name, edges[0], edges[-1])
    return Found(name=name, title=title, whole=whole, pieces=periods(spans, name, edges))


# What is asked for


@pytest.mark.parametrize(
    ("args", "name", "over"),
    [
        ("", "", MONTH),
        ("mastodon", "mastodon", MONTH),
        ("mastodon 7d", "mastodon", WEEK),
        ("90D the wiki", "the wiki", QUARTER),
        ("24h", "", DAY),
    ],
)
def test_a_service_and_a_time_may_be_named(args: str, name: str, over: Range) -> None:
    assert asked(args, "!") == (name, over)


@pytest.mark.parametrize("args", ["mastodon 3d", "365d", "mastodon 2w", "wiki 7d 30d", "12"])
def test_another_time_is_refused_with_what_to_type(args: str) -> None:
    with pytest.raises(Refused, match=r"`24h`, `7d`, `30d`, `90d`\. Type `!uptime mastodon 30d`"):
        asked(args, "!")


@given(st.sampled_from(RANGES), st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis adds the zone
def test_the_pieces_of_a_time_are_the_whole_of_it(over: Range, now: datetime) -> None:
    edges = over.edges(now)
    assert edges[0] == now - over.length
    assert edges[-1] == now
    lengths = [later - earlier for earlier, later in pairwise(edges)]
    assert all(timedelta(0) < length <= over.step for length in lengths)
    assert set(lengths[1:-1]) == {over.step}
    assert all(edge.minute == edge.second == 0 for edge in edges[1:-1])


# In words


@pytest.mark.parametrize(
    ("whole", "words"),
    [
        (Uptime(up=720 * HOUR), "100 %."),
        (Uptime(up=719.5 * HOUR, down=0.5 * HOUR), "99.93 %, unreachable for 30 minutes."),
        (
            Uptime(up=700 * HOUR, degraded=19 * HOUR, down=HOUR),
            "99.86 %, unreachable for 1 hour and had problems for 19 hours.",
        ),
        (Uptime(up=80 * HOUR, unknown=640 * HOUR), "100 %. Measured for 3 of 30 days."),
        (Uptime(up=30 * HOUR, unknown=690 * HOUR), "100 %. Measured for 1 day and 6 hours of 30 days."),
        (
            Uptime(up=700 * HOUR, maintenance=18 * HOUR, blind=2 * HOUR),
            "100 %. Not counted: 18 hours of maintenance and 2 hours in which I couldn't see.",
        ),
        (Uptime(blind=720 * HOUR), "Nothing was measured. Not counted: 30 days in which I couldn't see."),
        (Uptime(unknown=720 * HOUR), "Nothing was measured."),
    ],
)
def test_the_words_say_what_was_measured_and_for_how_long(whole: Uptime, words: str) -> None:
    assert of(whole, MONTH) == words


def test_a_second_of_an_outage_is_no_hundred_per_cent() -> None:
    assert of(Uptime(up=720 * HOUR, down=timedelta(seconds=1)), MONTH).startswith("99.99 %, unreachable for 1 second")


def test_titles_are_words_and_no_markup() -> None:
    text = answer([found(MONTH, span(State.UP, 9999, None), title="**Wiki** <b>")], MONTH)
    assert text == r"The last 30 days. **\*\*Wiki\*\* \<b\>**: 100 %."


# The picture


def opened(over: Range, *services: Found) -> Image.Image:
    drawn = draw(services, over, NOW)
    assert len(drawn.image) <= LONGEST_FILE
    image = Image.open(io.BytesIO(drawn.image))
    assert (image.format, image.size) == ("PNG", (drawn.width, drawn.height))
    return image.convert("RGB")


def pixels(image: Image.Image, part: str) -> int:
    """How much of the picture, without its legend, has this part's colour, or very nearly."""
    image = image.crop((0, 0, image.width, image.height - FOOT))
    fill = next(fill for name, fill, _, _ in PARTS if name == part)
    wanted = tuple(int(fill[at : at + 2], 16) for at in (1, 3, 5))
    counted: list[tuple[int, Any]] = image.getcolors(image.width * image.height) or []
    return sum(count for count, colour in counted if all(abs(a - b) <= 6 for a, b in zip(colour, wanted, strict=True)))


@pytest.mark.parametrize("over", RANGES, ids=lambda over: over.name)
def test_the_picture_is_as_large_as_it_says_and_opaque_with_a_border(over: Range) -> None:
    image = opened(over, found(over, span(State.UP, 9999, None)))
    assert image.width == 900
    corners = [(0, 0), (image.width - 1, 0), (0, image.height - 1), (image.width - 1, image.height - 1)]
    assert len({image.getpixel(corner) for corner in corners}) == 1
    assert image.getpixel((0, 0)) != image.getpixel((5, 5))


def test_an_outage_of_minutes_in_ninety_days_is_seen() -> None:
    well = opened(QUARTER, found(QUARTER, span(State.UP, 9999, None)))
    ill = opened(QUARTER, found(QUARTER, span(State.UP, 9999, None), span(State.DOWN, 100, 99.9)))
    assert pixels(well, "down") == 0
    assert pixels(ill, "down") >= LEAST * 2


@pytest.mark.parametrize(
    ("part", "spans"),
    [
        ("degraded", [span(State.DEGRADED, 400, 300)]),
        ("maintenance", [span(State.MAINTENANCE, 400, 300)]),
        ("blind", [span(State.UNKNOWN, 400, 300, "")]),
    ],
)
def test_each_part_has_its_colour_and_a_pattern(part: str, spans: list[Span]) -> None:
    image = opened(MONTH, found(MONTH, span(State.UP, 9999, None), *spans))
    assert pixels(image, part) > 500
    line = next(line for name, _, line, _ in PARTS if name == part)
    assert line != next(fill for name, fill, _, _ in PARTS if name == part)


@pytest.mark.parametrize("title", ["Café \N{EN DASH} décisions", "漢字", "", "W" * 300, "a\u202eb\nc"])
def test_any_title_can_be_drawn(title: str) -> None:
    opened(MONTH, found(MONTH, span(State.UP, 9999, None), title=title))


def test_many_services_that_change_all_the_time_still_make_a_small_file() -> None:
    states = [State.UP, State.DOWN, State.UP, State.DEGRADED, State.UP, State.MAINTENANCE]
    spans = [span(states[at % len(states)], 2160 - at * 5, 2155 - at * 5) for at in range(432)]
    opened(QUARTER, *[found(QUARTER, *spans) for _ in range(MOST)])


# The command


class Spans(Memory):
    """These spans are kept."""

    def __init__(self, *spans: Span) -> None:
        self.spans = spans

    async def rows(self, query: Select[Any]) -> Sequence[Any]:
        del query
        return [Row(one) for one in self.spans]


class Row:
    def __init__(self, one: Span) -> None:
        self.service, self.state, self.begun = one.service, str(one.state), one.begun.timestamp()
        self.ended = None if one.ended is None else one.ended.timestamp()


def call(args: str) -> Call:
    return Call(name="uptime", args=args, message=said(f"uptime {args}", thread="$root"))


async def test_the_answer_comes_in_words_first_and_then_as_a_picture_that_says_the_same() -> None:
    kept = Spans(span(State.UP, 9999, 5), span(State.DOWN, 5, 4), span(State.UP, 4, None))
    decided = await run(watch(), call("mastodon 7d"), ports(now=NOW, memory=kept))
    assert isinstance(decided, Done)
    words, picture = decided.actions
    assert isinstance(words, Reply)
    assert words.text == "The last 7 days. **Mastodon**: 99.4 %, unreachable for 1 hour."
    assert isinstance(picture, Picture)
    assert (picture.to, picture.room, picture.mention, picture.in_thread) == ("$said", ROOM, ANA, "$root")
    assert (picture.name, picture.width) == ("uptime-7d.png", 900)
    assert picture.alt == "Uptime, the last 7 days up to 12:34 UTC.\nMastodon: 99.4 %, unreachable for 1 hour."
    assert Image.open(io.BytesIO(picture.image)).size == (picture.width, picture.height)


async def test_without_a_service_all_are_shown() -> None:
    kept = Spans(span(State.UP, 9999, None), span(State.UP, 48, None, "wiki"))
    decided = await run(watch(), call(""), ports(now=NOW, memory=kept))
    assert isinstance(decided, Done)
    words, picture = decided.actions
    assert isinstance(words, Reply)
    assert isinstance(picture, Picture)
    assert "**Mastodon**: 100 %.\n- **The wiki**: 100 %. Measured for 2 of 30 days." in words.text
    assert picture.alt == alt(
        [found(MONTH, *kept.spans), found(MONTH, *kept.spans, name="wiki", title="the wiki")], MONTH, NOW
    )


async def test_where_nothing_was_measured_there_is_no_picture() -> None:
    decided = await run(watch(), call("wiki"), ports(now=NOW))
    assert isinstance(decided, Done)
    (words,) = decided.actions
    assert isinstance(words, Reply)
    assert words.text == "The last 30 days. **The wiki**: Nothing was measured."


async def test_a_service_that_is_not_known_is_refused_with_the_nearest() -> None:
    with pytest.raises(Refused, match="Did you mean `mastodon`"):
        await run(watch(), call("mastdon 30d"), ports(now=NOW))
    with pytest.raises(Refused, match="There are `mastodon` and `wiki`"):
        await run(watch(), call("nextcloud"), ports(now=NOW))


@pytest.mark.parametrize("args", ["social.example 7d", "The Wiki", '"the wiki" 24h', "wiki.example"])
async def test_a_service_may_be_called_by_any_of_its_names(args: str) -> None:
    decided = await run(watch(), call(args), ports(now=NOW, memory=Spans(span(State.UP, 9, None))))
    assert isinstance(decided, Done)


def test_a_sentence_that_begins_with_the_word_is_no_command() -> None:
    bare = uptime_command(watch()).bare
    assert bare("")
    assert bare("mastodon 7d")
    assert not bare("of the server is what again?")


async def test_of_many_services_the_first_are_shown_and_it_is_said() -> None:
    services = tuple(type(WIKI)(name=f"s{at}", title=f"S{at}", url="") for at in range(MOST + 1))
    place = type(PLACE)(root=PLACE.root, community="C", people="", registration_form=None, services=services)
    decided = await run(watch(place), call(""), ports(now=NOW, memory=Spans(span(State.UP, 9, None, "s0"))))
    assert isinstance(decided, Done)
    words = decided.actions[0]
    assert isinstance(words, Reply)
    assert words.text.endswith(f"These are the first {MOST} of {MOST + 1}; ask for one by its name.")
