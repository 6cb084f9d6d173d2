"""The config's probes: their names, what they are pointed at, and what is wrong with them, in a sentence each."""

import pytest
from pydantic import ValidationError

from bot.errors import ConfigError
from bot.handler import Service
from handlers.status.probes import targets
from handlers.status.probes.listing import listed
from handlers.status.probes.watching import probes_of
from handlers.status.settings import ProbeSettings, Settings
from tests.unit.status.scenes import MASTODON, WIKI, watch

SERVICES = (MASTODON, WIKI, Service(name="mastodon-tls", title="odd", url="http://odd.example:8080/x"))


def names(*probes):
    return [one.name for one in listed([ProbeSettings.model_validate(probe) for probe in probes], SERVICES)]


def problems(*probes, services=SERVICES):
    with pytest.raises(ConfigError) as caught:
        listed([ProbeSettings.model_validate(probe) for probe in probes], services)
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("probes", "expected"),
    [
        ([{"service": "mastodon"}, {"service": "wiki", "kind": "mediawiki"}], ["mastodon", "wiki"]),
        ([{"service": "wiki"}, {"service": "wiki", "kind": "tls"}], ["wiki-http", "wiki-tls"]),
        (
            [
                {"service": "wiki"},
                {"service": "wiki", "target": "https://a.example"},
                {"service": "wiki", "kind": "tcp"},
            ],
            ["wiki-http", "wiki-http-2", "wiki-tcp"],
        ),
        # A service that is called as another's probe would be.
        (
            [{"service": "mastodon"}, {"service": "mastodon", "kind": "tls"}, {"service": "mastodon-tls"}],
            ["mastodon-http", "mastodon-tls-2", "mastodon-tls"],
        ),
    ],
)
def test_a_probe_is_called_as_its_service_and_by_its_kind_where_there_are_several(probes, expected):
    assert names(*probes) == expected


def test_all_that_is_wrong_is_told_at_once_with_its_place():
    assert problems(
        {"service": "mastdon"},
        {"service": "mastodon"},
        {"service": "xyzzy", "kind": "tcp", "target": "social.coop"},
        {"service": "mastodon", "target": "social.coop"},
        {"service": "mastodon"},
    ) == [
        'status.probes[1].service: there is no service "mastdon"; did you mean "mastodon"?',
        'status.probes[3].service: there is no service "xyzzy"; expected one of mastodon, wiki, mastodon-tls',
        'status.probes[3].target: expected a host and a port, such as "social.coop:443"',
        "status.probes[4].target: expected an address that begins with http:// or https://",
        "status.probes[5]: measures the same as status.probes[2]; remove one of them",
    ]


def test_without_any_services_it_is_said_where_they_belong():
    assert problems({"service": "wiki"}, services=()) == [
        'status.probes[1].service: there is no service "wiki"; list it under services: first'
    ]


def test_two_kinds_of_records_of_a_name_are_two_things():
    probe = {"service": "wiki", "kind": "dns"}
    assert names(probe, probe | {"record": "MX"}) == ["wiki-dns", "wiki-dns-2"]
    assert problems(probe | {"record": "MX"}, probe | {"record": "MX"})
    assert problems({"service": "wiki"}, {"service": "wiki", "record": "MX"})


def test_the_same_by_its_own_address_is_the_same():
    assert problems({"service": "wiki"}, {"service": "wiki", "target": WIKI.url})
    assert problems(
        {"service": "wiki", "kind": "tls"}, {"service": "wiki", "kind": "tls", "target": "wiki.example:443"}
    )


@pytest.mark.parametrize(
    ("check", "written", "expected"),
    [
        (targets.web, "https://social.coop/x?y", "https://social.coop/x?y"),
        (targets.connection, "social.coop:5432", "social.coop:5432"),
        (targets.connection, "[2001:db8::1]:443", "[2001:db8::1]:443"),
        (targets.connection, "https://social.coop/about", "social.coop:443"),
        (targets.connection, "http://social.coop:81", "social.coop:81"),
        (targets.secured, "social.coop", "social.coop:443"),
        (targets.secured, "mail.social.coop:993", "mail.social.coop:993"),
        (targets.name, "social.coop", "social.coop"),
        (targets.name, "https://social.coop:81/x", "social.coop"),
        (targets.name, "_dmarc.social.coop", "_dmarc.social.coop"),
    ],
)
def test_what_a_probe_is_pointed_at(check, written, expected):
    assert check(written) == expected


@pytest.mark.parametrize(
    ("check", "written"),
    [
        *(
            (targets.web, one)
            for one in ("social.coop", "ftp://a.example", "https://", "https://[x", "http://a b/", "")
        ),
        *((targets.connection, one) for one in ("social.coop", "a:b", "a:99999", ":443", "a:1/x", "a:-1", "a b:1", "")),
        *((targets.secured, one) for one in ("", "a:b", "a/b", "://")),
        *((targets.name, one) for one in ("", "a/b", "a:53", "a b")),
    ],
)
def test_what_it_cant_be_pointed_at_is_refused(check, written):
    with pytest.raises(ValueError, match="expected "):
        check(written)


@pytest.mark.parametrize(("target", "expected"), [("a.b:1", ("a.b", 1)), ("[::1]:443", ("::1", 443))])
def test_a_host_and_a_port_are_told_apart(target, expected):
    assert targets.host_and_port(target) == expected


def test_each_probe_of_the_config_is_run_and_one_more_asks_whether_the_bot_is_online():
    probes = [ProbeSettings(service="mastodon"), ProbeSettings(service="wiki")]
    settings = Settings(probes=tuple(probes), control=("https://control.example",))
    assert [one.key for one in probes_of(watch(probes=settings.probes))] == ["mastodon", "wiki"]
    found = probes_of(watch(probes=settings.probes, control=settings.control))
    assert [one.key for one in found] == ["mastodon", "wiki", "control"]
    assert probes_of(watch(control=settings.control)) == ()


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"timeout": "21s"}, "at most 20 seconds"),
        ({"timeout": "0s"}, "more than nothing"),
        ({"every": "4s"}, "at least 5 seconds"),
    ],
)
def test_a_probe_neither_waits_too_long_nor_looks_too_often(wrong, expected):
    with pytest.raises(ValidationError, match=expected):
        ProbeSettings.model_validate({"service": "mastodon", **wrong})
