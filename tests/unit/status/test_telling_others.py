"""Who hears of what outside of the rooms, and as how many messages."""

from dataclasses import replace
from typing import Any

import pytest

from bot.actions import DirectMessage, Forward
from bot.errors import ConfigError
from handlers.status.states import Severity, State
from handlers.status.telling import wiring
from handlers.status.telling.news import MOST, News, forwards, privately, title
from tests.support.house import ANA, BEN
from tests.unit.status.scenes import PLACE, incident, watch

DOWN = News(incident=incident(), kind="opened", text="**Mastodon** can't be reached.")
WIKI = News(
    incident=incident(id="2", service="wiki", severity=Severity.WARNING), kind="opened", text="The wiki is slow."
)
ALL = frozenset({""})


def channel(name: str = "mail", **changes: Any) -> dict[str, Any]:
    return {"name": name, "url": "json://localhost/secret", **changes}


@pytest.mark.parametrize(
    ("settings", "news", "told"),
    [
        ({}, [DOWN], [DOWN]),
        ({}, [DOWN, WIKI], [DOWN]),
        ({}, [WIKI], []),
        ({"severities": ()}, [DOWN, WIKI], [DOWN, WIKI]),
        ({"severities": ("critical", "warning"), "services": ("wiki",)}, [DOWN, WIKI], [WIKI]),
        ({"services": ("wiki",)}, [DOWN, WIKI], []),
    ],
)
def test_a_channel_is_told_of_its_services_and_severities_in_one_message(
    settings: dict[str, Any], news: list[News], told: list[News]
) -> None:
    found = forwards(watch(also=(channel(**settings),)), news)
    assert [one.text for one in found] == (["\n\n".join(one.text for one in told)] if told else [])


def test_each_channel_gets_its_own() -> None:
    here = watch(also=(channel(), channel("phone", severities=())))
    assert forwards(here, [DOWN]) == tuple(
        Forward(channel=name, title="Mastodon: unreachable", text=DOWN.text) for name in ("mail", "phone")
    )


@pytest.mark.parametrize(
    ("news", "words"),
    [
        ([DOWN], "Mastodon: unreachable"),
        ([replace(DOWN, kind="resolved")], "Mastodon: works again"),
        ([replace(DOWN, incident=incident(state=State.DEGRADED))], "Mastodon: slow or partly failing"),
        ([replace(DOWN, incident=incident(state=State.UNKNOWN))], "Mastodon: news"),
        ([DOWN, WIKI], "Social.example: news of 2 services"),
        ([DOWN, replace(DOWN, kind="resolved")], "Social.example: news of 1 service"),
    ],
)
def test_a_title_says_what_it_is_about(news: list[News], words: str) -> None:
    assert title(watch(), news) == words


@pytest.mark.parametrize(
    ("services", "news", "told"),
    [
        (ALL, [DOWN, WIKI], [DOWN, WIKI]),
        ({"wiki"}, [DOWN, WIKI], [WIKI]),
        ({"wiki"}, [DOWN], []),
        ({"wiki", "mastodon"}, [DOWN], [DOWN]),
    ],
)
def test_a_subscriber_hears_of_their_services_in_one_loud_message(
    services: frozenset[str], news: list[News], told: list[News]
) -> None:
    found = privately(watch(), {ANA: frozenset(services)}, news, "!")
    text = "\n\n".join([*(one.text for one in told), "To hear no more of this: `!notify stop`"])
    message = DirectMessage(to=ANA, text=text, key=f"notify:{ANA}", loud=True)
    assert found == ((message,) if told else ())


@pytest.mark.parametrize(
    "news",
    [
        replace(DOWN, incident=incident(severity=Severity.INFO)),
        replace(DOWN, incident=incident(service="nobody-knows-it")),
    ],
)
def test_what_is_for_operators_alone_goes_to_no_subscriber(news: News) -> None:
    assert privately(watch(), {ANA: ALL, BEN: ALL}, [news], "!") == ()


def test_a_storm_is_one_message_that_counts_what_it_leaves_out() -> None:
    (message,) = privately(watch(), {ANA: ALL}, [DOWN] * (MOST + 5), "!")
    assert message.text.count(DOWN.text) == MOST
    assert "… and 5 more." in message.text


@pytest.mark.parametrize(
    ("also", "words"),
    [
        ((channel(), channel()), "status.also[2].name: mail is given a second time"),
        ((channel(services=("wikki",)),), "status.also[1].services: there is no service 'wikki'"),
    ],
)
def test_a_channel_that_can_not_be_meant_so_is_told(also: Any, words: str) -> None:
    with pytest.raises(ConfigError, match=r"status\.also") as raised:
        wiring.check(watch(also=also).settings, PLACE)
    assert words in str(raised.value)


def test_the_channels_addresses_are_secrets() -> None:
    settings = watch(also=(channel(),)).settings
    assert "secret" not in str(wiring.channels(settings)) + str(settings)
    assert wiring.channels(settings)["mail"].get_secret_value() == "json://localhost/secret"
