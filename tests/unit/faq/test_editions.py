"""Files and changes as one bank, and the matcher that follows them."""

import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.actions import Done
from handlers.faq import tables
from handlers.faq.bank.entries import Entry
from handlers.faq.bank.merging import FOLLOW, Edit, digest, merged
from handlers.faq.bank.reading import bank_of
from handlers.faq.editions import Editions
from handlers.faq.library import Library, matcher
from handlers.faq.matching.matcher import Matcher
from handlers.faq.settings import Settings
from handlers.faq.tables import note_edit
from tests.support.fakes import START
from tests.unit.faq.bank import ANA, PLACE, Tables

MONEY = "---\nquestions:\n  - Where does the money go?\n---\nTo hosting.\n"
PEOPLE = "---\nquestions:\n  - Where does the money go?\n---\nTo people.\n"
DOOR = "---\nquestions:\n  - Which code opens the office door?\n---\nNone.\n"


def edit(after: str | None, *, slug: str = "money", base: str | None = MONEY, what: str = "edit") -> Edit:
    given: Any = {"slug": slug, "number": 1, "before": None, "author": ANA, "at": 0.0}
    return Edit(**given, after=after, base=digest(base), what=what)


@pytest.mark.parametrize(
    ("files", "change", "texts", "waits", "arrived"),
    [
        ({"money": MONEY}, edit(PEOPLE), {"money": PEOPLE}, [], []),
        ({"money": MONEY}, edit(None), {}, [], []),
        ({}, edit(DOOR, slug="door", base=None), {"door": DOOR}, [], []),
        # The folder has it by now.
        ({"money": PEOPLE}, edit(PEOPLE), {"money": PEOPLE}, [], ["money"]),
        ({}, edit(None), {}, [], ["money"]),
        # The file was changed after it, or taken away.
        ({"money": DOOR}, edit(PEOPLE), {"money": PEOPLE}, [DOOR], []),
        ({}, edit(PEOPLE), {"money": PEOPLE}, [None], []),
        ({"door": MONEY}, edit(DOOR, slug="door", base=None), {"door": DOOR}, [MONEY], []),
        # The word was given back to the file, whatever has become of it.
        ({"money": DOOR}, edit(PEOPLE, what=FOLLOW), {"money": DOOR}, [], []),
    ],
)
def test_the_last_change_counts_until_somebody_gives_the_word_back_to_the_file(files, change, texts, waits, arrived):
    found = merged(files, [change])
    assert found.texts == texts
    assert [one.file for one in found.waiting] == waits
    assert [one.slug for one in found.arrived] == arrived


def editions(fit=matcher, **files: str) -> Editions:
    return Editions(files=bank_of(files, "faq"), settings=Settings(), place=PLACE, fit=fit)


def change(kept: Tables, library: Library, slug: str, after: str | None) -> None:
    note = tables.note_edit(library.edit(slug, after, author=ANA, what="edit", now=START))
    kept.keep(Done((note,)))


async def test_a_change_counts_for_the_next_event_and_the_matcher_follows():
    kept, bank = Tables(), editions(money=MONEY)
    change(kept, await bank.current(kept), "door", DOOR)

    first = await bank.current(kept)
    assert first.entries["door"].body == "None."
    await bank.fitted()
    assert (await bank.current(kept)).find("which code opens the office door?", None)[0].entry.slug == "door"


async def test_while_the_new_matcher_is_fitted_the_one_before_serves_and_what_is_gone_is_passed_over():
    go_on = threading.Event()

    def fit(entries: Iterable[Entry]) -> Matcher:
        known = list(entries)
        if not any(entry.slug == "money" for entry in known):
            go_on.wait()
        return matcher(known)

    kept, bank = Tables(), editions(fit, money=MONEY, door=DOOR)
    change(kept, await bank.current(kept), "money", None)

    meanwhile = await bank.current(kept)
    money, door = (meanwhile.find(text, None) for text in ("where does the money go?", "which code opens the door?"))
    go_on.set()
    assert not any(one.entry.slug == "money" for one in money)
    assert door[0].sure
    await bank.fitted()


async def test_changes_that_come_while_it_is_fitted_are_fitted_too():
    kept, bank = Tables(), editions(money=MONEY)
    for slug in ("door", "gate"):
        change(kept, await bank.current(kept), slug, DOOR.replace("office door", f"office {slug}"))
        await bank.current(kept)
    await bank.fitted()
    assert (await bank.current(kept)).find("which code opens the office gate?", None)[0].entry.slug == "gate"


async def test_a_matcher_that_cant_be_made_leaves_the_one_before():
    def fit(entries: Iterable[Entry]) -> Matcher:
        known = list(entries)
        if len(known) > 1:
            raise MemoryError
        return matcher(known)

    kept, bank = Tables(), editions(fit, money=MONEY)
    change(kept, await bank.current(kept), "door", DOOR)
    await bank.current(kept)
    await bank.fitted()
    assert (await bank.current(kept)).find("where does the money go?", None)[0].sure


async def test_an_edition_remembers_what_a_change_was_made_of():
    kept, bank = Tables(), editions(money=MONEY)
    change(kept, await bank.current(kept), "money", PEOPLE)
    change(kept, await bank.current(kept), "money", None)
    rows = [tables.edit_of(row) for row in await kept.rows(tables.edits_of("money"))]
    assert [(row.number, row.before, row.after, row.base) for row in rows] == [
        (2, PEOPLE, None, digest(MONEY)),
        (1, MONEY, PEOPLE, digest(MONEY)),
    ]
    assert rows[0].at == (START + timedelta()).timestamp()


async def test_an_entry_has_other_names():
    library = await editions(money=MONEY.replace("---\nTo", "aliases: [fees]\n---\nTo")).current(Tables())
    assert library.named("fees") is library.named("money") is library.entries["money"]
    assert library.named("door") is None


async def test_it_is_known_what_is_there_and_broken_and_what_is_gone():
    bank = bank_of({"money": MONEY, "broken": "---\nquestions [\n---\n"}, "faq")
    found = Editions(files=replace(bank, unread=frozenset({"unread"})), settings=Settings(), place=PLACE, fit=matcher)
    tables = Tables()
    tables.keep(
        Done((note_edit(edit(None, slug="removed", base=None)), note_edit(edit(MONEY, slug="kept", base=None))))
    )
    library = await found.current(tables)
    assert library.broken == {"broken", "unread"}
    gone = [slug for slug in ("money", "broken", "unread", "removed", "kept", "nowhere") if library.is_gone(slug)]
    assert gone == ["removed", "nowhere"]
    unread = replace(library, entries={}, whole=False)
    assert [slug for slug in ("money", "removed", "nowhere") if unread.is_gone(slug)] == ["removed"]
