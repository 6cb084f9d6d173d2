"""The sentences that rooms are told things in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import ConfigError
from bot.handler import Service
from handlers.status.notices import gathered, templates, wording
from handlers.status.notices.times import between, clock, lasted
from handlers.status.notices.wording import Affair
from handlers.status.records import Kind, Moment, Phase
from handlers.status.settings import Texts
from handlers.status.states import Severity, State
from tests.support.fakes import START
from tests.unit.status.scenes import MASTODON, WIKI, condition, incident

LATER = START + timedelta(minutes=23)
PROBED = condition(source="probe", by="mastodon", summary="HTTP 503")
NASTY = "[click](https://evil.example) @room **now** <b>x</b> `y`\n# z"


def affair(**changes) -> Affair:
    """Mastodon, unreachable since noon; it is 12:23."""
    about = {
        name: changes.pop(name)
        for name in ("service", "words", "moments", "me_too", "page", "operators")
        if name in changes
    }
    plain = Affair(incident=incident(**changes), service=MASTODON, now=LATER)
    return replace(plain, **about)


def over(**changes) -> Affair:
    return affair(**{"phase": Phase.RESOLVED, "resolved": LATER, **changes})


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (59.9, "59 seconds"),
        (61, "1 minute"),
        (23 * 60, "23 minutes"),
        (3600, "1 hour"),
        (3900, "1 hour and 5 minutes"),
        (26 * 3600, "1 day and 2 hours"),
        (86400 * 3 + 59, "3 days"),
    ],
)
def test_a_span_is_told_in_the_units_that_matter(seconds, words):
    assert lasted(timedelta(seconds=seconds)) == words


def test_a_time_has_its_date_when_that_is_not_todays():
    now = datetime(2026, 5, 4, 23, 59, tzinfo=UTC)
    assert clock(START, now) == "12:00 UTC"
    assert clock(START, now + timedelta(minutes=1)) == "4 May, 12:00 UTC"
    assert clock(START, now.replace(year=2027)) == "4 May 2026, 12:00 UTC"
    assert between(START, LATER, now) == "12:00 to 12:23 UTC"
    assert between(START, LATER, now + timedelta(days=1)) == "4 May, 12:00 to 12:23 UTC"
    assert between(START, now + timedelta(minutes=1), now + timedelta(minutes=1)) == "4 May, 12:00 UTC to 00:00 UTC"


def test_what_members_notice_when_nothing_works_is_not_said_of_what_is_slow():
    told = wording.opened(affair(state=State.DEGRADED))
    assert told.startswith("**Mastodon is slow or partly failing** since 12:00 UTC.\n\n")


def test_a_notice_says_what_since_when_and_who_says_so():
    told = affair(
        words=(PROBED, condition()), acknowledged=START + timedelta(minutes=8), me_too=3, page="https://status.example"
    )
    assert wording.opened(told) == (
        "**Mastodon is unreachable** since 12:00 UTC. The website and the apps don't load\\.\n\n"
        "- Measured by me at 12:00 UTC: HTTP 503\n"
        "- Reported by Uptime Kuma at 12:00 UTC: Request failed with status code 503\n"
        "- 3 people say that it fails for them too: a hint, not a measurement.\n"
        "- Somebody is on it (12:08 UTC).\n\n"
        "I never guess the cause, nor when it will be over. [Status page](https://status.example)"
    )


def test_only_operators_read_how_severe_it_is():
    assert "critical" not in wording.opened(affair())
    assert "Severity: critical." in wording.opened(affair(operators=True))


def test_a_notice_of_many_reports_names_a_few():
    many = tuple(condition(key=f"k{number}", summary=f"alert {number}") for number in range(100))
    text = wording.opened(affair(words=many))
    assert "alert 2" in text
    assert "alert 3" not in text
    assert "And 97 more reports like these." in text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"state": State.DEGRADED}, "**Mastodon is slow or partly failing** since 12:00 UTC."),
        ({"unstable": True}, "- It comes and goes."),
        (
            {"phase": Phase.SETTLING, "resolved": LATER},
            "- It works again since 12:23 UTC; I'm watching whether that lasts.",
        ),
        ({"manual": True, "summary": "We move house"}, "- The maintainers say: “We move house”"),
    ],
)
def test_a_notice_tells_what_is_special(changes, sentence):
    assert sentence in wording.opened(affair(**changes))


def test_the_end_tells_how_long_it_was():
    assert (
        wording.resolved(over()) == "**Mastodon is back.** It was unreachable from 12:00 to 12:23 UTC, for 23 minutes."
    )
    assert wording.back(over()) == "Mastodon is back. It was unreachable for 23 minutes."
    assert wording.back(over(service=WIKI, state=State.DEGRADED)) == (
        "The wiki is back. It was slow or partly failing for 23 minutes."
    )


def test_of_what_worked_in_between_it_is_not_said_that_it_failed_all_the_time():
    assert wording.back(over(reopened=1)) == "Mastodon is back. It was unreachable, on and off, for 23 minutes."


STALE = """\
Mastodon: nothing more was heard of it. It was in trouble from 12:00 UTC on. Nobody has told me that it works again, \
but I have heard nothing more of it, so I count it as over since 12:23 UTC."""
CLOSED = """\
Mastodon: it was called over. It was in trouble from 12:00 UTC on. Nobody has told me that it works again, but those \
who run it called it over at 12:23 UTC."""


@pytest.mark.parametrize(("kind", "sentence"), [(Kind.STALE, STALE), (Kind.CLOSED, CLOSED)])
def test_what_nobody_has_seen_working_is_not_said_to_be_back(kind, sentence):
    ended = over(state=State.UNKNOWN, moments=(Moment(incident="x", at=LATER, kind=kind, text=""),))
    assert wording.back(ended) == sentence
    assert wording.missed(ended) == sentence
    for text in (wording.resolved(ended), gathered.back([ended, ended]), gathered.opened([ended, ended])):
        assert "back" not in text


def test_words_from_outside_stay_words():
    nasty = Service(name="x", title=NASTY, url="", members_notice=NASTY)
    told = affair(service=nasty, words=(condition(summary=NASTY, by=NASTY, source="generic"),))
    for text in (wording.opened(told), gathered.opened([told, told]), wording.back(over(service=nasty))):
        assert "[click](" not in text
        assert "**now**" not in text
        assert "\n# z" not in text
        assert "<b>" not in text


def test_what_begins_again_tells_how_long_it_was_well():
    assert wording.again(affair(), timedelta(minutes=4)) == "Mastodon is unreachable again; it was back for 4 minutes."
    assert wording.again(affair(unstable=True), timedelta(minutes=4)) == (
        "Mastodon comes and goes: it is unreachable again."
    )


def test_several_are_told_as_one():
    wiki = over(service=WIKI, id="2", state=State.DEGRADED)
    assert gathered.opened([affair(acknowledged=LATER), wiki]) == (
        "**1 service is in trouble:**\n\n"
        "- Mastodon: unreachable since 12:00 UTC. Somebody is on it (12:23 UTC).\n"
        "- The wiki: slow or partly failing from 12:00 to 12:23 UTC; it is back.\n\n"
        "I never guess the cause, nor when it will be over."
    )
    assert gathered.opened([over(), wiki]).startswith("**All is well again.** 2 services were in trouble:")
    assert gathered.back([over(), wiki]) == (
        "2 services are back: Mastodon (unreachable for 23 minutes) and the wiki (slow or partly failing for 23 "
        "minutes)."
    )
    assert gathered.reminder([affair(), affair(service=WIKI)]) == (
        "Still in trouble: Mastodon (unreachable for 23 minutes) and the wiki (unreachable for 23 minutes)."
    )


def test_of_a_hundred_twenty_are_named():
    text = gathered.opened([affair(id=str(number)) for number in range(100)])
    assert text.startswith("**100 services are in trouble:**")
    assert text.count("- Mastodon") == 20
    assert "- 80 more" in text


def test_a_digest_says_from_when_to_when_nobody_could_be_told():
    away = (START - timedelta(minutes=1), LATER)
    assert gathered.missed([over()], away, LATER) == (
        "While I couldn't reach the homeserver, from 11:59 to 12:23 UTC:\n\n"
        "Mastodon was unreachable from 12:00 to 12:23 UTC."
    )


def test_the_operators_words_take_the_place_of_ours():
    texts = Texts(
        opened="{{ title }} is {{ state }} ({{ severity }}){% for line in evidence %}; {{ line }}{% endfor %}",
        resolved="{{ title }}: {{ since }} to {{ until }}",
        back="**{{ title }}** was away for {{ lasted }}",
    )
    words = templates.words(texts)
    assert words.opened(affair(words=(PROBED,))) == (
        "Mastodon is unreachable (critical); Measured by me at 12:00 UTC: HTTP 503"
    )
    assert words.resolved(over()) == "Mastodon: 12:00 UTC to 12:23 UTC"
    assert words.back(over()) == "**Mastodon** was away for 23 minutes"
    assert words.opened(affair(severity=Severity.INFO)).startswith("Mastodon is unreachable (info)")


def test_what_a_template_puts_in_stays_words():
    words = templates.words(Texts(opened="{{ title }} {{ summary }}"))
    text = words.opened(affair(service=replace(MASTODON, title=NASTY), summary=NASTY))
    assert "[click](" not in text
    assert "**now**" not in text


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("a\n{{ title", "status.texts.opened, line 2: unexpected end of template, expected 'end of print statement'."),
        ("a\nb {{ tilte }}", "status.texts.opened, line 2: there is no 'tilte'; did you mean 'title'?"),
        ("{{ title.__class__.__mro__ }}", "status.texts.opened: access to attribute '__class__'"),
        ("{{ 1 / 0 }}", "status.texts.opened: ZeroDivisionError: division by zero"),
    ],
)
def test_a_broken_template_is_a_mistake_in_the_config(template, sentence):
    with pytest.raises(ConfigError) as raised:
        templates.words(Texts(opened=template))
    (problem,) = raised.value.problems
    assert problem.startswith(sentence)


def test_a_template_that_fails_later_gives_way_to_our_own_words():
    words = templates.words(Texts(opened="{{ 1 // (people - 7) }}"))
    assert words.opened(affair(me_too=7)) == wording.opened(affair(me_too=7))
    assert words.failed == {"opened"}
