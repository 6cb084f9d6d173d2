"""Whoever writes the config reads all that is wrong with it at once, each with its place."""

import pytest

from bot.errors import ConfigError
from handlers.status import opened
from handlers.status.settings import Settings
from tests.unit.status.scenes import PLACE


def test_every_part_is_looked_at_and_all_of_it_is_told_at_once():
    wrong = {
        "probes": ({"service": "mastdon"}, {"service": "wiki", "kind": "tcp", "target": "wiki.example"}),
        "labels": ({"label": "job", "value": "x", "service": "nobody"},),
        "routes": ({"rooms": ("tech-chta",)},),
        "texts": {"opened": "{{ tittle }}"},
        "feeds": ({"name": "hetzner", "title": "H", "url": "https://h.example", "rooms": ("tech-chta",)},),
        "also": ({"name": "mail", "url": "json://h.example", "services": ("wikki",)},),
    }
    with pytest.raises(ConfigError) as raised:
        opened(Settings.model_validate(wrong), PLACE)
    places = [problem.partition(": ")[0] for problem in raised.value.problems]
    assert places == [
        "status.probes[1].service",
        "status.probes[2].target",
        "status.labels[1].service",
        "status.routes[1].rooms",
        "status.texts.opened, line 1",
        "status.feeds[1].rooms",
        "status.also[1].services",
    ]


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"control": ("ftp://x.example",)}, "a web address"),
        ({"page": {"url": "status.example.org"}}, "a web address"),
        ({"feeds": ({"name": "Hetzner!", "title": "H", "url": "https://h.example"},)}, "a short name"),
        ({"feeds": ({"name": "hetzner", "title": "H", "url": "gopher://h.example"},)}, "a web address"),
    ],
)
def test_what_is_expected_is_said_in_words(wrong, expected):
    with pytest.raises(ValueError, match=f"expected {expected}"):
        Settings.model_validate(wrong)
