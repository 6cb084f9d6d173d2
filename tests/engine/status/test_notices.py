"""What rooms are told, from the change of an incident to the message."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.readers import Memory
from handlers.status import tables
from handlers.status.notices.reading import view
from handlers.status.records import Kind, Moment, Phase
from handlers.status.states import Severity, State
from tests.support.fakes import ports
from tests.support.newsroom import OPEN, OPS, TECH, newsroom
from tests.unit.status.scenes import PLACE, condition, incident, watch

MASTODON = "2026-05-04-1"
MINUTE, HOUR = 60, 3600
REFUSED = """\
I couldn't tell the room `tech-chat` of an incident; the homeserver refused it. I try once more when something \
changes."""
on_sqlite = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)


def moment(text, at, kind=Kind.UPDATED, **changes):
    return replace(Moment(incident=MASTODON, at=at, kind=kind, text=text), **changes)


async def test_an_outage_is_one_message_that_is_edited_and_a_fresh_one_at_the_end(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.happens(incident())
    await news.settles()
    (first,) = news.homeserver.main(TECH)
    assert first.startswith("Mastodon is unreachable since 12:00 UTC.")
    assert [line.loud for line in news.homeserver.lines.values()] == [True]

    clock.forward(8 * MINUTE)
    await news.goes(MASTODON, acknowledged=clock.at)
    await news.settles()
    (first,) = news.homeserver.main(TECH)
    assert "Somebody is on it (12:08 UTC)." in first

    clock.forward(15 * MINUTE)
    await news.ends(MASTODON)
    await news.settles()
    first, back = news.homeserver.main(TECH)
    assert first == "Mastodon is back. It was unreachable from 12:00 to 12:23 UTC, for 23 minutes."
    assert back == "Mastodon is back. It was unreachable for 23 minutes."
    assert [line.loud for line in news.homeserver.lines.values()] == [True, True]

    await news.is_for_good(MASTODON)
    await news.passes(3 * HOUR, step=HOUR)
    assert len(news.homeserver.main(TECH)) == 2
    assert news.homeserver.main(OPEN) == news.homeserver.main(OPS) == []


@on_sqlite
async def test_what_is_said_again_is_said_once(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.happens(incident())
    for _ in range(5):
        await news.goes(MASTODON)
        await news.passes(MINUTE)
    assert len(news.homeserver.main(TECH)) == 1
    assert news.homeserver.edits(TECH) == 0


@on_sqlite
async def test_edits_of_a_notice_are_ten_seconds_apart(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.happens(incident())
    await news.settles()
    for second in range(60):
        await news.goes(MASTODON, state=State.DEGRADED if second % 2 else State.DOWN)
        await news.passes(1, step=1)
    await news.passes(20, step=1)
    assert news.homeserver.edits(TECH) <= 8
    assert news.homeserver.main(TECH)[0].startswith("Mastodon is slow or partly failing since")


@on_sqlite
async def test_details_stand_in_the_thread(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.happens(incident(), moment("The beginning", clock.at, Kind.OPENED))
    await news.settles()
    clock.forward(MINUTE)
    await news.goes(MASTODON, moment("*Two* of three fail", clock.at))
    await news.settles()
    assert news.homeserver.threads(TECH) == ["12:01 UTC: *Two* of three fail"]
    assert len(news.homeserver.main(TECH)) == 1
    assert [line.loud for line in news.homeserver.lines.values()] == [True, False]


@on_sqlite
async def test_operators_read_more_in_the_thread(storage, clock):
    route = {"rooms": ("tech-chat", "operators")}
    news = newsroom(storage, clock, PLACE, routes=(route,))
    await news.happens(incident())
    await news.settles()
    private = moment("The disk of db1 is full", clock.at, Kind.NOTE, who="@mia:example.org", public=False)
    await news.goes(MASTODON, private)
    await news.settles()
    assert news.homeserver.threads(TECH) == []
    assert news.homeserver.threads(OPS) == ["12:00 UTC: The disk of db1 is full (@mia:example.org)"]
    assert "Severity: critical." in news.homeserver.main(OPS)[0]


@on_sqlite
async def test_a_flood_of_details_is_a_few_messages_and_what_a_person_says_comes_at_once(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.happens(incident())
    await news.settles()
    for number in range(100):
        await news.goes(MASTODON, moment(f"alert {number}", clock.at))
        await news.passes(6, step=6)
    await news.passes(2 * MINUTE)
    threads = news.homeserver.threads(TECH)
    assert len(threads) <= 11
    assert all(len(text.splitlines()) <= 10 for text in threads)
    said = moment("We are on it", clock.at, Kind.SAID, who="@mia:example.org")
    await news.goes(MASTODON, moment("alert 100", clock.at), said)
    await news.settles()
    assert news.homeserver.threads(TECH)[-1].endswith("We are on it")
    assert "@mia" not in news.homeserver.threads(TECH)[-1]


@on_sqlite
async def test_what_a_person_says_comes_at_once_though_the_thread_was_told_a_moment_ago(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.happens(incident())
    await news.settles()
    for number in range(2):
        await news.goes(MASTODON, moment(f"alert {number}", clock.at))
        await news.settles()
    assert news.homeserver.threads(TECH) == ["12:00 UTC: alert 0"]
    await news.goes(MASTODON, moment("We are on it", clock.at, Kind.SAID, who="@mia:example.org"))
    await news.settles()
    assert news.homeserver.threads(TECH)[1:] == ["- 12:00 UTC: alert 1\n- 12:00 UTC: We are on it"]


@on_sqlite
async def test_what_begins_again_is_the_same_notice_and_a_short_line(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.happens(incident())
    await news.passes(5 * MINUTE, step=MINUTE)
    await news.ends(MASTODON)
    await news.passes(4 * MINUTE, step=MINUTE)
    await news.begins_again(MASTODON)
    await news.settles()
    first, back, again = news.homeserver.main(TECH)
    assert first.startswith("Mastodon is unreachable since 12:00 UTC.")
    assert back == "Mastodon is back. It was unreachable for 5 minutes."
    assert again == "Mastodon is unreachable again; it was back for 4 minutes."


@on_sqlite
async def test_what_comes_and_goes_is_said_to_do_so_and_not_each_time(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.happens(incident())
    await news.settles()
    for _ in range(12):
        await news.passes(2 * MINUTE, step=MINUTE)
        await news.ends(MASTODON)
        await news.passes(MINUTE)
        await news.begins_again(MASTODON, unstable=True)
        await news.settles()
    again = [text for text in news.homeserver.main(TECH) if "comes and goes: it is" in text]
    assert again == ["Mastodon comes and goes: it is unreachable again."] * 2
    assert "It comes and goes." in news.homeserver.main(TECH)[0]


@on_sqlite
async def test_what_began_and_ended_unnoticed_is_one_message_in_the_past(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.happens(incident())
    clock.forward(40)
    await news.ends(MASTODON)
    await news.settles()
    await news.passes(5 * MINUTE, step=MINUTE)
    assert news.homeserver.main(TECH) == ["Mastodon was unreachable at 12:00 UTC, for 40 seconds. It is back."]


@on_sqlite
async def test_the_evidence_of_a_notice_is_what_sources_say(storage, clock):
    news = newsroom(storage, clock, PLACE)
    async with storage.begin() as tx:
        for one in (condition(), condition(key="k2", source="probe", by="mastodon", summary="HTTP 503")):
            values = {column.name: getattr(one, column.name) for column in tables.conditions.columns}
            times = {name: values[name].timestamp() for name in ("since", "heard")}
            await tx.execute(tables.conditions.insert().values(**values | times))
    await news.happens(incident())
    await news.settles()
    assert (
        "- Measured by me at 12:00 UTC: HTTP 503\n- Reported by Uptime Kuma at 12:00 UTC:"
        in (news.homeserver.main(TECH)[0])
    )


@on_sqlite
async def test_reminders_come_at_growing_distances_and_seldom_where_somebody_is_on_it(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.happens(incident())
    await news.settles()
    await news.begins()
    await news.passes(50 * HOUR, step=10 * MINUTE)
    _, *reminders = news.homeserver.main(TECH)
    assert reminders == [
        "Mastodon is still unreachable, for 1 hour now.",
        "Mastodon is still unreachable, for 4 hours now.",
        "Mastodon is still unreachable, for 12 hours now.",
        "Mastodon is still unreachable, for 1 day now.",
        "Mastodon is still unreachable, for 2 days now.",
    ]
    assert not any(line.loud for line in [*news.homeserver.lines.values()][1:])

    await news.happens(incident(id="2026-05-04-2", service="wiki", opened=clock.at, acknowledged=clock.at))
    await news.passes(25 * HOUR, step=10 * MINUTE)
    assert [text for text in news.homeserver.main(TECH) if "wiki is still" in text] == [
        "The wiki is still unreachable, for 1 day now."
    ]


@on_sqlite
async def test_while_it_settles_it_is_neither_back_nor_told_of_again(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.happens(incident())
    await news.settles()
    clock.forward(HOUR - MINUTE)
    await news.goes(MASTODON, phase=Phase.SETTLING, resolved=clock.at)
    await news.passes(20 * MINUTE, step=MINUTE)
    (notice,) = news.homeserver.main(TECH)
    assert "It works again since 12:59 UTC; I'm watching whether that lasts." in notice


@on_sqlite
async def test_what_members_do_not_notice_goes_to_the_operators_alone(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.happens(incident(severity=Severity.INFO))
    await news.settles()
    assert news.homeserver.main(TECH) == []
    assert len(news.homeserver.main(OPS)) == 1

    clock.forward(MINUTE)
    await news.goes(MASTODON, severity=Severity.CRITICAL)
    await news.settles()
    assert news.homeserver.main(TECH)[0].startswith("Mastodon is unreachable since 12:00 UTC.")


@on_sqlite
async def test_a_room_that_wants_no_notices_any_more_gets_none_and_nothing_breaks(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.happens(incident())
    await news.settles()
    del news.rooms[TECH]
    news.start()
    clock.forward(MINUTE)
    await news.ends(MASTODON)
    await news.passes(MINUTE)
    assert len(news.homeserver.main(TECH)) == 1


@on_sqlite
async def test_a_refused_notice_is_told_to_the_operators_and_tried_once_more(storage, clock):
    news = newsroom(storage, clock, PLACE)
    news.homeserver.refusing.add(TECH)
    await news.happens(incident())
    await news.passes(MINUTE)
    assert news.homeserver.main(OPS) == [REFUSED]
    news.homeserver.refusing.clear()
    await news.passes(5 * MINUTE, step=MINUTE)
    assert news.homeserver.main(TECH) == []
    await news.goes(MASTODON, acknowledged=clock.at)
    await news.settles()
    await news.passes(MINUTE)
    await news.ends(MASTODON)
    await news.passes(MINUTE)
    first, back = news.homeserver.main(TECH)
    assert first.startswith("Mastodon is back. It was unreachable from 12:00")
    assert back.startswith("Mastodon is back.")


@on_sqlite
async def test_a_notice_that_is_refused_twice_is_left(storage, clock):
    news = newsroom(storage, clock, PLACE)
    news.homeserver.refusing.add(TECH)
    await news.happens(incident())
    for _ in range(5):
        await news.passes(MINUTE, step=MINUTE)
        await news.goes(MASTODON)
    await news.passes(MINUTE)
    await news.ends(MASTODON)
    await news.passes(MINUTE)
    await news.is_for_good(MASTODON)
    await news.passes(MINUTE)
    assert sum(1 for row, _ in news.homeserver.tried if row.room == TECH) == 0
    refused = await storage.rows(select(tables.said.c.key).where(~tables.said.c.ok))
    assert sorted(row.key for row in refused) == [f"notice:{MASTODON}:{TECH}", f"notice:{MASTODON}:{TECH}:anew"]
    done = await storage.rows(select(tables.told.c.incident).where(tables.told.c.room == ""))
    assert [row.incident for row in done] == [MASTODON]


@on_sqlite
async def test_our_own_words_take_the_place_of_a_template_that_fails_and_the_operators_hear_of_it(storage, clock):
    news = newsroom(storage, clock, PLACE, texts={"opened": "{{ [][0] if severity == 'warning' else title }}"})
    await news.happens(incident(severity=Severity.WARNING))
    await news.passes(MINUTE)
    assert news.homeserver.main(TECH)[0].startswith("Mastodon is unreachable")
    assert news.homeserver.main(OPS) == [
        "The template `status.texts.opened` failed, so I used my own words. The log says why."
    ]


@on_sqlite
async def test_what_changes_while_it_is_read_is_read_again(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.happens(incident())

    class Changing(Memory):
        """Right after the incidents were read, one is another."""

        changed = False

        async def rows(self, query):
            found = await super().rows(query)
            if not Changing.changed and "status_incidents" in str(query):
                Changing.changed = True
                await news.goes(MASTODON, state=State.DEGRADED)
            return found

    seen = await view(watch(), ports(now=clock.at, memory=Changing(storage)))
    assert seen.incidents[MASTODON].state == State.DEGRADED


async def test_of_a_long_story_the_latest_is_read_and_the_last_entry_known(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.happens(incident(), *(moment(f"word {number}", clock.at) for number in range(300)))
    seen = await view(watch(), ports(now=clock.at, memory=Memory(storage)))
    assert [one.text for one in seen.moments[MASTODON]] == [f"word {number}" for number in range(100, 300)]
    assert seen.entry(MASTODON) == 300


@on_sqlite
async def test_rooms_hear_of_an_incident_whose_window_to_be_reopened_has_closed_meanwhile(storage, clock):
    news = newsroom(storage, clock, PLACE)
    await news.happens(incident())
    clock.forward(20 * MINUTE)
    await news.ends(MASTODON)
    await news.is_for_good(MASTODON)
    await news.settles()
    assert news.homeserver.main(TECH) == [
        "Mastodon was unreachable from 12:00 to 12:20 UTC, for 20 minutes. It is back."
    ]
