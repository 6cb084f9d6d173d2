"""Whoever writes what newcomers are told reads all that is wrong with it at once."""

from dataclasses import replace

import pytest

from bot.errors import ConfigError
from bot.handler import Service
from handlers.newcomers import opened
from handlers.newcomers.settings import Settings
from tests.support.fakes import PLACE

STEP = {"name": "a", "title": {"en": "A"}, "text": {"en": "B"}, "form": True}
FORM = Service(name="registration", title="the form", url="https://join.example.org")


def test_every_part_is_looked_at_and_all_of_it_is_told_at_once():
    wrong = {
        "welcome": {"text": "Hello {{ peple }}", "ignore": ("bot",)},
        "guide": {"steps": (STEP,), "service": "registratoin"},
    }
    with pytest.raises(ConfigError) as raised:
        opened(Settings.model_validate(wrong), replace(PLACE, services=(FORM,)))
    places = [problem.partition(": ")[0] for problem in raised.value.problems]
    assert places == [
        "newcomers.welcome.text, line 1",
        "newcomers.welcome.ignore[1]",
        "newcomers.guide",
        "newcomers.guide.service",
    ]


def test_what_is_right_is_no_mistake():
    right = {"welcome": {"text": "Hello {{ people }}"}, "guide": {"steps": (STEP,), "service": "registration"}}
    place = replace(PLACE, services=(FORM,), registration_form="https://join.example.org")
    assert opened(Settings.model_validate(right), place).commands
    assert opened(Settings(), PLACE).commands
