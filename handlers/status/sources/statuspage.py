"""Atlassian Statuspage, and Instatus and Better Stack, which send nearly the same: what subscribers of a page get.

https://support.atlassian.com/statuspage/docs/enable-webhook-notifications, https://instatus.com/help/webhooks,
https://betterstack.com/docs/uptime/status-pages/subscribing-to-status-updates/subscribing-with-webhooks
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from handlers.status.report import Report
from handlers.status.sources.body import known, mapping, moment, objects, parsed, text
from handlers.status.sources.taken import Taken, UnreadableError
from handlers.status.sources.texts import NAME, host, line
from handlers.status.sources.words import bare, severity, state
from handlers.status.states import Severity, State

Object = Mapping[str, Any]

_OVER = frozenset({"resolved", "postmortem", "completed", "falsealarm"})
_PLANNED = frozenset({"scheduled", "notstartedyet", "planned"})
_MAINTENANCE = frozenset({"inprogress", "verifying"})
#: What an incident's impact comes to, where nothing is said of its components.
_IMPACTS = {"critical": State.DOWN, "none": State.DEGRADED, "minor": State.DEGRADED, "major": State.DEGRADED}
_SEVERITIES = {State.DOWN: Severity.CRITICAL, State.DEGRADED: Severity.WARNING}
_FIRST = datetime.min.replace(tzinfo=UTC)


def read(raw: str) -> Taken:
    """What it reports. It is an incident, maintenance, or a change of one component. Raises `UnreadableError`."""
    body = parsed(raw)
    page = mapping(body.get("page"))
    if isinstance(body.get("incident"), dict):
        return _Story.of(body["incident"], page).taken()
    if isinstance(body.get("maintenance"), dict):
        return _Story.of({"impact": "maintenance", **body["maintenance"]}, page).taken()
    if isinstance(body.get("component_update"), dict):
        return _component(body["component_update"], mapping(body.get("component")), page)
    raise UnreadableError("there is no incident, no maintenance and no component_update in it")


def _component(update: Object, component: Object, page: Object) -> Taken:
    word = text(update, "new_status") or text(component, "status")
    name = text(component, "name")
    id_ = text(update, "component_id") or text(component, "id") or name
    if not id_:
        raise UnreadableError("it doesn't say which component it is about")
    found = state(word) or State.UNKNOWN
    report = Report(
        by="",
        fingerprint=f"component:{id_}",
        state=found,
        names=known((name, *_page(page))),
        labels={"component": name},
        severity=_SEVERITIES.get(found),
        since=moment(update.get("created_at")),
    )
    return Taken((report,))


def _page(page: Object) -> tuple[str, ...]:
    return (text(page, "name"), host(text(page, "url")))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """An incident or maintenance, what has been said of it (the newest first), and the components.

    Of each component by its name: the last word on it, and since when that has been so.
    """

    told: Object
    page: Object
    updates: list[Object]
    components: dict[str, tuple[str, datetime]]

    @classmethod
    def of(cls, told: Object, page: Object) -> "_Story":
        updates = objects(told.get("incident_updates")) or objects(told.get("maintenance_updates"))
        updates = sorted(updates, key=_said, reverse=True)
        components: dict[str, tuple[str, datetime]] = {}
        # The oldest first, so that the newest word counts, and the order never changes.
        words = [
            (one, "new_status", _said(of)) for of in reversed(updates) for one in objects(of.get("affected_components"))
        ]
        words += [(one, "status", _said(updates[0])) for one in objects(told.get("components")) if updates]
        for one, field, at in words:
            name, word = text(one, "name"), bare(text(one, field))
            if name and components.get(name, ("", at))[0] != word:
                components[name] = (word, at)
        return cls(told=told, page=page, updates=updates, components=components)

    def taken(self) -> Taken:
        """One report for each component: the first has the incident's own fingerprint."""
        id_ = text(self.told, "id") or text(self.told, "name")
        if not id_:
            raise UnreadableError("it doesn't say which incident it is about")
        if self.status in _PLANNED and not self.is_over:
            return Taken(remark=self._planned())
        first, *rest = list(self.components) or [""]
        reports = [self._report(f"incident:{id_}", first)]
        return Taken((*reports, *(self._report(f"incident:{id_}:{name}", name) for name in rest)))

    @property
    def status(self) -> str:
        """Better Stack gives none."""
        return bare(text(self.told, "status") or (text(self.updates[0], "status") if self.updates else ""))

    @property
    def is_over(self) -> bool:
        """Whether all is said to be well again."""
        return self.status in _OVER or (not self.status and moment(self.told.get("resolved_at")) is not None)

    def _planned(self) -> str:
        begins = text(self.told, "scheduled_for", "starts_at")
        when = f" for {line(begins, NAME)}" if begins else ""
        return f"maintenance is planned{when}: {line(text(self.told, 'name'), NAME)}"

    def _report(self, fingerprint: str, component: str) -> Report:
        found = self._state(component)
        name = text(self.told, "name")
        impact = severity(text(self.told, "impact"))
        return Report(
            by="",
            fingerprint=fingerprint,
            state=found,
            names=known((component, *_page(self.page), name)),
            labels={"component": component, "page": text(self.page, "id")},
            # Maintenance is no matter of severity; as mere information it would count for nothing.
            severity=None if found == State.MAINTENANCE else impact or _SEVERITIES.get(found),
            summary=name,
            details=text(self.updates[0], "body") if self.updates else "",
            url=text(self.told, "shortlink", "url"),
            since=self._since(component, found),
        )

    def _since(self, component: str, found: State) -> datetime | None:
        """Since when it is so. Never before what was told earlier: what is reopened began anew."""
        if self.is_over and (over := moment(self.told.get("resolved_at"))):
            return over
        if found == State.UP and not self.status and self.updates:
            return _at(self.updates[0])
        alike = list(takewhile(lambda one: _phase(one) == _phase(self.updates[0]), self.updates))
        begun = _said(alike[-1]) if alike else _FIRST
        own = self.components.get(component, ("", _FIRST))[1] if found != State.MAINTENANCE else _FIRST
        since = max(begun, own)
        return since if since != _FIRST else moment(self.told.get("created_at"))

    def _state(self, component: str) -> State:
        impact = bare(text(self.told, "impact"))
        whole = state(text(self.page, "status_indicator"))
        if self.is_over or (not self.status and whole == State.UP):
            return State.UP
        if self.status in _MAINTENANCE or impact == "maintenance":
            return State.MAINTENANCE
        said = state(self.components.get(component, ("", _FIRST))[0]) or state(impact) or _IMPACTS.get(impact)
        return said or whole or State.DEGRADED


def _phase(update: Object) -> str:
    """Whether it speaks of what is planned, goes on, or is over; the same word for the same."""
    word = bare(text(update, "status"))
    return "over" if word in _OVER else "planned" if word in _PLANNED else "going on"


def _at(update: Object) -> datetime | None:
    return moment(text(update, "display_at", "created_at", "updated_at"))


def _said(update: Object) -> datetime:
    return _at(update) or _FIRST
