"""Feeds of every shape become entries without markup, and what is no feed is told."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from handlers.status.feeds.reading import MOST, NoFeedError, read
from tests.unit.status.feeds.feed_samples import FAULT, GITHUB, PAGE, RSS, WORK, hetzner

URL = "https://status.provider.example/en.atom"


def test_a_providers_status_feed_is_read_with_the_newest_first() -> None:
    feed = read(hetzner(WORK, FAULT), URL)
    assert [one.title for one in feed.entries] == ["Fault report: network FSN1-DC14", "Maintenance work: storage boxes"]
    first = feed.entries[0]
    assert first.text == "There is a fault in the network. We are working on it."
    assert first.link == "https://status.provider.example/incident/a1"
    assert first.at == datetime(2026, 5, 4, 11, 20, tzinfo=UTC)
    assert feed.site == "https://status.provider.example/"


def test_releases_at_github_are_read() -> None:
    (entry,) = read(GITHUB, "https://github.com/mastodon/mastodon/releases.atom").entries
    assert (entry.title, entry.link) == ("v4.9.1", "https://github.com/mastodon/mastodon/releases/tag/v4.9.1")
    assert entry.text == "Important Security Fix a & b Fix c"


def test_rss_is_read_and_its_addresses_are_made_whole_or_left_out() -> None:
    first, undated = read(RSS, "https://news.example/feed").entries
    assert (first.title, first.text) == ("Fire & water", "Less than 3 < 4.")
    assert (first.link, first.at) == ("https://news.example/relative", datetime(2026, 5, 4, 8, tzinfo=UTC))
    assert (undated.link, undated.at) == ("", None)


def test_an_entry_is_known_by_its_id_and_its_words() -> None:
    before, edited, moved = (
        read(hetzner(entry), URL).entries[0]
        for entry in (FAULT, (*FAULT[:3], "<p>It is over.</p>"), ("z9", *FAULT[1:]))
    )
    assert before.id == edited.id != moved.id
    assert before.digest != edited.digest
    (later,) = read(hetzner((*FAULT[:2], "2026-05-04T12:00:00+00:00", FAULT[3])), URL).entries
    assert (later.id, later.digest != before.digest) == (before.id, True)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (PAGE, "what is there is a web page, and no feed"),
        (b"", "what is there is no feed"),
        (b"garbage \xff\xfe\x00", "what is there is no feed"),
        (b'{"version": "https://jsonfeed.org"}', "what is there is no feed"),
        (b"<?xml version='1.0'?><note/>", "what is there is no feed"),
    ],
)
def test_what_is_no_feed_is_told(body: bytes, why: str) -> None:
    with pytest.raises(NoFeedError, match=why):
        read(body, URL)


def test_a_body_that_names_a_file_or_an_address_leads_nowhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(hetzner(FAULT))
    for body in (str(secret), f"file://{secret}", "http://127.0.0.1:1/"):
        with pytest.raises(NoFeedError):
            read(body.encode(), URL)


@pytest.mark.parametrize("where", ["title", "id", "summary"])
def test_declared_entities_bring_nothing_in(tmp_path: Path, where: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    bomb = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 12))
    for inner in ("&secret;", "&b11;"):
        text = hetzner(FAULT).decode().replace(f"</{where}>", f"{inner}</{where}>")
        head = f'<!DOCTYPE feed [<!ENTITY secret SYSTEM "file://{secret}"><!ENTITY b0 "boom">{bomb}]>'
        found = repr(read(text.replace("<feed", f"{head}<feed", 1).encode(), URL))
        assert "hunter2" not in found
        assert len(found) < 5000


def test_long_feeds_and_long_texts_are_cut() -> None:
    many = [
        (f"n{n}", f"{n:04}" * 500, f"2026-05-04T{n // 60:02}:{n % 60:02}:00+00:00", "<p>x y</p>" * 700)
        for n in range(250)
    ]
    entries = read(hetzner(*many), URL).entries
    assert len(entries) == MOST
    assert entries[0].title.startswith("0249")
    assert max(len(one.title) for one in entries) == 200
    assert max(len(one.text) for one in entries) == 300


def test_the_worst_of_markup_is_read_too() -> None:
    for text in ("<p>" * 100_000, "<" * 100_000, "&" * 100_000, "<a href='" * 20_000, "<!--" * 20_000):
        (entry,) = read(hetzner((*FAULT[:3], text)), URL).entries
        assert len(entry.text) <= 300
