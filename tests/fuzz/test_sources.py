"""What monitoring systems and feeds send: it is read or refused, and what comes of it has its limits."""

import json
import uuid
from typing import Any, get_args

from hypothesis import example, given
from hypothesis import strategies as st

from bot.config.models import HookFormat
from bot.names import seen
from handlers.status.feeds import reading
from handlers.status.feeds.reading import NoFeedError
from handlers.status.report import Report
from handlers.status.sources import MOST, Taken, UnreadableError, read
from tests.support.hostile import ANYTHING, JSON, fuzzed
from tests.unit.status.feeds.feed_samples import FAULT, GITHUB, RSS, hetzner
from tests.unit.status.sources.samples import HEALTHCHECKS, SAMPLES

FORMATS = st.sampled_from(get_args(HookFormat))
#: Words that senders have, in places where they don't belong.
WORDS = st.sampled_from(
    [
        *("firing", "resolved", "up", "down", "TEST", "TestAlert", "Testing", "0", "2", "critical", "maintenance"),
        *(
            "scheduled",
            "https://ana:pw@x/",
            "https://[",
            "//",
            "[NAME]",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59-23:00",
        ),
        *("\0", "\ud800", "\u202e", "\\", '"', "\n" * 5000, "x" * 70_000, "🔴" * 400, "::" * 2000),
    ]
)
#: Of the samples, in lists and objects within each other.
DEEPEST = 8
ODD: st.SearchStrategy[Any] = st.one_of(WORDS, WORDS, ANYTHING)


def written(value: Any) -> str:
    """JSON, also of what is nested deeper than can be written."""
    try:
        return json.dumps(value)
    except RecursionError:
        return "[" * 5000


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in a sample, as deep as samples are."""
    if len(here) > DEEPEST:
        return []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(path for key, one in inner for path in paths(one, (*here, key)))]


def put(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    """The sample with something else there."""
    if not path:
        return other
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = put(copied[path[0]], path[1:], other)
    return copied


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, str]:
    """A format, and a body of its sender's with some things changed, left out, cut off or put in twice."""
    format_ = draw(FORMATS)
    body: Any = draw(st.sampled_from(SAMPLES[format_]))
    for _ in range(draw(st.integers(1, 4))):
        body = put(body, draw(st.sampled_from(paths(body))), draw(ODD))
    text = written(body)
    at, length = draw(st.integers(0, len(text))), draw(st.integers(0, 5))
    how = draw(st.sampled_from(["whole", "whole", "whole", "cut", "gap", "twice", "raw"]))
    cut = {"cut": text[:at], "gap": text[:at] + text[at + length :], "twice": text[:at] + text[at - length :]}
    return format_, cut.get(how, text.replace("\\n", "\n").replace("\\\\", "\\") if how == "raw" else text)


def check(taken: Taken) -> None:
    """What comes of a body is limited and clean, whatever was in it."""
    assert len(taken.reports) <= MOST
    assert len(taken.remark) <= 1000
    assert len({report.fingerprint for report in taken.reports}) == len(taken.reports)
    for report in taken.reports:
        check_report(report)


def check_report(report: Report) -> None:
    texts = (report.summary, *report.names, *report.labels, *report.labels.values())
    assert all(text == seen(text) for text in (*texts, *report.details.split("\n")))
    assert (len(report.summary) <= 300, len(report.details) <= 2000, len(report.url) <= 1000) == (True, True, True)
    assert max((len(text) for text in texts), default=0) <= 300
    assert (len(report.names) <= 10, len(report.labels) <= 100, 0 < len(report.fingerprint) <= 64) == (True,) * 3
    assert report.url == "" or report.url.startswith(("http://", "https://", "HTTP://", "HTTPS://"))
    assert "@" not in report.url.partition("://")[2].partition("/")[0]
    assert report.fingerprint.isascii()
    json.dumps((*texts, report.details)).encode()
    if report.since is not None:
        assert report.since.utcoffset() is not None
        assert report.since.timestamp() > 0


def tried(format_: str, text: str) -> None:
    try:
        taken = read(format_, "here", text)
    except UnreadableError as error:
        why, taken = str(error), Taken()
    else:
        why = "read"
    assert 0 < len(why) < 120
    check(taken)


@fuzzed()
@given(FORMATS, st.text())
def test_any_text_is_read_or_refused(format_: str, text: str) -> None:
    tried(format_, text)


@fuzzed()
@given(FORMATS, JSON | ANYTHING)
def test_any_json_is_read_or_refused(format_: str, value: Any) -> None:
    tried(format_, written(value))


@fuzzed(3)
@given(mutated())
@example(("gatus", '{"status": "TRIGGERED", "name": "' + "\\" * 20_001 + '"}'))
@example(("generic", '{"service": "' + "https://" * 9000 + '", "state": "down"}'))
@example(("uptime-kuma", '{"heartbeat": null, "msg": "' + "a" * 70_000 + '"}'))
def test_what_senders_send_is_read_or_refused_however_it_was_changed(sent: tuple[str, str]) -> None:
    tried(*sent)


@fuzzed(2)
@given(st.data(), st.uuids())
def test_the_code_of_a_check_is_never_repeated(data: st.DataObject, code: uuid.UUID) -> None:
    said: Any = json.loads(json.dumps(HEALTHCHECKS).replace(HEALTHCHECKS["code"], str(code)))
    spelled = data.draw(
        st.sampled_from([str(code), str(code).upper(), code.hex, f"https://hc-ping.com/{code}", f"x{code}y"])
    )
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from([path for path in paths(said) if path]))
        said = put(said, path, data.draw(st.one_of(st.just(f"a {spelled} b"), st.just(spelled), ODD)))
    try:
        taken = read("healthchecks", "here", written(said))
    except UnreadableError as error:
        told = str(error)
    else:
        told = repr(taken)
    plain = told.lower().replace("-", "")
    assert code.hex not in plain


FEEDS = st.sampled_from([hetzner(FAULT), hetzner(FAULT, ("b", "x", "not a date", "<p>" * 50)), GITHUB, RSS])
SCRAPS = st.sampled_from(
    [
        *(
            b"<",
            b">",
            b"&",
            b"]]>",
            b"<![CDATA[",
            b"<!--",
            b"\0",
            b"\xff\xfe",
            b"<entry>",
            b"</entry>",
            b"<item>",
            b"&#0;",
        ),
        *(b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]>", b"&b;", b"<updated>9999999-99-99</updated>"),
        *(
            b"<id></id>",
            b"<title/>",
            b'<link href="javascript:x"/>',
            b'<link href="https://["/>',
            b"<content src='x'/>",
        ),
    ]
)


@fuzzed(2)
@example(hetzner(FAULT), [(30, 0, b"\x80")])  # feedparser raised, in two ways
@example(hetzner(FAULT), [(30, 0, b"\0")])
@given(FEEDS, st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 40), SCRAPS | st.binary(max_size=8)), max_size=4))
def test_any_feed_is_read_or_refused(body: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
    for at, length, scrap in cuts:
        body = body[:at] + scrap + body[at + length :]
    tried_feed(body)


@fuzzed()
@given(st.binary(max_size=400))
def test_any_bytes_are_a_feed_or_refused(body: bytes) -> None:
    tried_feed(body)


def tried_feed(body: bytes) -> None:
    try:
        feed = reading.read(body, "https://status.example/feed")
    except NoFeedError:
        return
    assert len(feed.entries) <= 200
    for entry in feed.entries:
        assert (len(entry.id), len(entry.digest)) == (64, 64)
        assert (entry.title, entry.text) == (seen(entry.title), seen(entry.text))
        assert (len(entry.title) <= 200, len(entry.text) <= 300) == (True, True)
        assert entry.link == "" or entry.link.lower().startswith(("http://", "https://"))
        assert entry.at is None or entry.at.timestamp()
