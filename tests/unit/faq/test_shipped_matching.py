"""What the model and the shipped answers reach together, on lines in the voices of members and of bystanders."""

from pathlib import Path

import pytest

from handlers.faq.answering.asking import why_silent
from handlers.faq.bank.entries import Entry
from handlers.faq.bank.reading import read_bank
from handlers.faq.matching import background
from handlers.faq.matching.confidence import SURE, UNASKED
from handlers.faq.matching.fitting import fit
from handlers.faq.matching.matcher import Match, Matcher
from handlers.faq.matching.model import Model

ROOT = Path(__file__).parents[3]

#: A question and the answer that it is for.
ASKED = [
    ("what do you spend our contributions on", "money-where-goes"),
    ("which country are the servers in", "hosting-location"),
    ("how can I get out of here, delete everything", "masto-delete-account"),
    ("I want to take my followers along from my old instance", "masto-migrate-in"),
    ("moving away to another server, how", "masto-migrate-out"),
    ("forgot my password and can't get in", "masto-password-reset"),
    ("how long can a toot be", "character-limit"),
    ("is there an android app you'd recommend", "masto-apps"),
    ("somebody is harassing me, where do I report that", "report-abuse"),
    ("are you a real person or a machine", "bot-is-ai"),
    ("what's loomio for", "loomio"),
    ("how much do I have to pay a month", "membership-fee"),
    ("can I turn on two factor login", "masto-2fa"),
    ("how do I block a whole bunch of people", "masto-mute-block"),
    ("are replies from other servers missing or is it just me", "masto-missing-replies"),
    ("how do I find out who runs the thing", "who-runs-it"),
    ("I'd like to put a motion to the members", "make-proposal"),
    ("where's the rulebook", "code-of-conduct"),
    ("what does the fediverse even mean, total beginner", "new-to-fediverse-guide"),
    ("how do I verify my homepage on my profile", "masto-verify-link"),
    ("wie lang darf ein Beitrag sein", "character-limit"),
    ("¿cuánto cuesta ser miembro?", "membership-fee"),
    ("comment supprimer mon compte", "masto-delete-account"),
    ("how do i edit a psot after publishing it", "masto-edit-delete"),
    ("waht is teh membershp fee", "membership-fee"),
]
#: What is said in such rooms, and is no question to the bot, however much it sounds like one.
BYSTANDERS = [
    "who runs the bakery on the corner these days",
    "does anyone know a good plumber in Bristol",
    "how much does a month of electricity cost you lot",
    "where does the time go",
    "did you see the match last night?",
    "is anybody's train delayed as well",
    "how do I get red wine out of a carpet",
    "what's the best way to learn Portuguese",
    "can somebody recommend a podcast about bees",
    "my landlord wants another deposit, is that legal",
    "anyone else's cat afraid of the hoover?",
    "why is the printer offline again",
    "how do I move a piano up three floors",
    "who is going to the demo on Saturday?",
    "what version of python do you use at work",
    "is the pub open on Mondays",
    "how do I report a pothole to the council",
    "where can I get my bike repaired",
    "do we have any milk left in the office",
    "how do I delete a branch in git",
]


@pytest.fixture(scope="module")
def bank() -> tuple[Entry, ...]:
    return read_bank(ROOT / "faq").entries


@pytest.fixture(scope="module")
def matcher(bank) -> Matcher:
    # Kept between runs: some thousand lines have to be embedded otherwise.
    return fit(bank, Model.load(ROOT / ".cache/model"), ROOT / ".cache/fitted")


def spoken(matcher: Matcher, text: str) -> Match | None:
    """What would be said to this unasked."""
    if why_silent(text) is not None:
        return None
    best = matcher.match(text, 1)
    return best[0] if best and best[0].score >= UNASKED else None


def test_people_find_their_answer_among_the_best_three_and_mostly_first(matcher):
    found = [(slug, [match.slug for match in matcher.match(text, 3)]) for text, slug in ASKED]
    assert sum(slug == slugs[0] for slug, slugs in found) >= 0.8 * len(ASKED)
    assert sum(slug in slugs for slug, slugs in found) >= 0.92 * len(ASKED)


def test_what_it_is_sure_of_is_right(matcher):
    sure = [(slug, best.slug) for text, slug in ASKED if (best := matcher.match(text, 1)[0]).score >= SURE]
    assert len(sure) >= 0.5 * len(ASKED)
    assert sum(slug == found for slug, found in sure) >= 0.9 * len(sure)


def test_nothing_is_said_to_bystanders(matcher):
    assert [text for text in BYSTANDERS if spoken(matcher, text)] == []


def test_nothing_is_said_to_other_communities_chat(matcher):
    assert [line for line in background.chat() if spoken(matcher, line)] == []


def test_every_phrasing_finds_its_own_entry(bank, matcher):
    lost = [
        phrasing.text
        for entry in bank
        for phrasing in entry.questions[::4]
        if matcher.match(phrasing.text, 1)[0].slug != entry.slug
    ]
    assert lost == []


def test_no_look_alike_is_answered_by_the_entry_that_must_not(bank, matcher):
    for entry in bank:
        for line in entry.not_[::3]:
            best = matcher.match(line.text, 1)
            assert not best or best[0].slug != entry.slug or best[0].score < SURE, line.text
