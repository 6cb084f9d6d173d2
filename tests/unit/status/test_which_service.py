"""Which service a report speaks of; and what is made of a report."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.handler import Service
from handlers.status.incidents.conditions import is_stale, watched, word_of
from handlers.status.incidents.mapping import LONGEST, Mapped, check, hint, service_of
from handlers.status.report import Report
from handlers.status.settings import Label, Settings
from handlers.status.states import Severity, State
from tests.support.fakes import START
from tests.unit.status.scenes import MASTODON, PLACE, WIKI, condition

STREAMING = Service(name="streaming", title="Mastodon's live updates", url="https://social.example/api/v1/streaming")
SERVICES = (MASTODON, WIKI, STREAMING)
LABELS = (
    Label(label="job", value="mastodon-web", service="mastodon"),
    Label(label="wiki", value="*", service="wiki"),
)


def report(*names: str, **changes) -> Report:
    return Report(by="kuma", fingerprint="5", state=State.DOWN, names=names, **changes)


@pytest.mark.parametrize(
    ("given_", "service"),
    [
        (report("mastodon"), "mastodon"),
        (report("MASTODON"), "mastodon"),
        (report("Mas-to don!"), "mastodon"),
        (report("Social.Example"), "mastodon"),
        (report("The Wiki"), "wiki"),
        (report("wiki"), "wiki"),
        (report("Mastodon's live updates"), "streaming"),
        (report("Mastodon\u2019s LIVE updates"), "streaming"),
        (report("something", "wiki"), "wiki"),
        (report("something", "https://wiki.example/wiki/Main_Page"), "wiki"),
        (report("wiki.example:443"), "wiki"),
        (report("web", url="https://wiki.example/api.php"), "wiki"),
        (report("web", url="https://social.example/api/v1/streaming/"), "streaming"),
        (report("anything", labels={"job": "mastodon-web"}), "mastodon"),
        (report("mastodon", labels={"wiki": "production"}), "wiki"),
    ],
)
def test_a_service_is_known_by_labels_by_names_and_by_its_address(given_, service):
    assert service_of(given_, LABELS, SERVICES) == Mapped(service)


@pytest.mark.parametrize(
    ("given_", "service"),
    [
        (report("Postgres Backup #2"), "postgres-backup-2"),
        (report("web", url="https://social.example/other"), "web"),
        (report("x" * 300), "x" * LONGEST),
        (report(), "kuma"),
        (report("job", labels={"job": "other"}), "job"),
    ],
)
def test_what_nobody_knows_is_called_by_what_its_source_calls_it(given_, service):
    found = service_of(given_, LABELS, SERVICES)
    assert (found.service, found.known) == (service, False)
    assert found.called in hint(found)
    assert "known_as" in hint(found)


def test_a_name_that_only_looks_like_a_services_is_not_taken_for_it():
    ours = Service(name="mastodon", title="M", url="")
    assert service_of(report("Mastodon Ł"), (), (ours,)).service != "mastodon"
    assert service_of(report("Вики"), (), (ours,)).service.startswith("unnamed-")
    assert service_of(report("Вики"), (), (ours,)) != service_of(report("Блог"), (), (ours,))


@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_it_is_called_it_has_a_name_that_can_be_kept(name, url):
    found = service_of(report(name, url=url), LABELS, SERVICES)
    assert 1 <= len(found.service) <= LONGEST
    assert found.service.isascii()
    assert found.known == (found.service in {one.name for one in SERVICES})


def test_a_label_of_a_service_that_is_not_there_is_told_at_the_start():
    labels = [{"label": "job", "value": "*", "service": "mastadon"}]
    with pytest.raises(ConfigError, match=r"status.labels\[1\].service: .*did you mean 'mastodon'"):
        check(Settings.model_validate({"labels": tuple(labels)}), PLACE)


# A report as a condition


def test_a_report_becomes_a_condition_of_its_service():
    word = word_of(report(summary="HTTP 503", since=START - timedelta(minutes=3)), "mastodon", "uptime-kuma", START)
    assert (word.dated, word.condition.since, word.condition.heard) == (True, START - timedelta(minutes=3), START)
    assert (word.condition.by, word.condition.source, word.condition.severity) == (
        "kuma",
        "uptime-kuma",
        Severity.CRITICAL,
    )
    assert len(word.condition.key) == 64


@pytest.mark.parametrize(
    ("since", "kept", "dated"),
    [
        (None, START, False),
        (START + timedelta(hours=3), START, True),
        (datetime(1, 1, 1, tzinfo=UTC), START, False),
        ((START - timedelta(minutes=1)).replace(tzinfo=None), START - timedelta(minutes=1), True),
    ],
)
def test_a_time_that_cannot_be_is_not_believed(since, kept, dated):
    word = word_of(report(since=since), "mastodon", "generic", START)
    assert (word.condition.since, word.dated) == (kept, dated)


def test_the_same_thing_has_one_key_and_others_have_others():
    keys = {
        word_of(replace(report(), by=by, fingerprint=fingerprint), "mastodon", source, START).condition.key
        for by, fingerprint, source in [
            *(("kuma", "5", "uptime-kuma"), ("kuma", "5", "uptime-kuma"), ("kuma", "6", "uptime-kuma")),
            *(("kuma5", "", "uptime-kuma"), ("kuma", "5", "probe")),
        ]
    }
    assert len(keys) == 4


def test_probes_are_heard_when_they_look_though_they_say_nothing():
    probe = condition(source="probe", by="mastodon-http")
    later = START + timedelta(hours=30)
    seen = watched([probe, condition()], {"mastodon-http": later, "kuma": later}, {"mastodon-http"})
    assert [one.heard for one in seen] == [later, START]


def test_what_a_probe_has_said_that_there_is_no_more_is_stale_at_once():
    probe = condition(source="probe", by="mastodon-http")
    seen = watched([probe, condition(by="mastodon-http")], {}, {"wiki"})
    assert [is_stale(one, START, timedelta(hours=26)) for one in seen] == [True, False]


def test_a_thousand_names_are_looked_up_among_many_services_without_going_through_all_each_time(monkeypatch):
    services = tuple(Service(name=f"s{n}", title=f"the Service {n}", url=f"https://s{n}.example") for n in range(100))
    folded: list[str] = []

    def counted(name: str) -> str:
        folded.append(name)
        return name

    monkeypatch.setattr("handlers.status.incidents.mapping.fold", counted)
    for number in range(1000):
        assert not service_of(report(f"job{number}"), (), services).known
    assert len(folded) <= 1000 + 3 * len(services)
