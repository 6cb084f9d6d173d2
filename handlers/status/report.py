"""What a source says of one thing, whatever the source is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handlers.status.states import Severity, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One source's word on one thing.

    `by` is the hook's or the probe's name, and `fingerprint` tells its things apart: the same two again speak of the
    same thing. `names` is what the source calls the service, the surest first; `labels` are for the config's mapping.
    `since` is when it began by the source's clock, where it says so. Texts are as they came: anything at all.
    """

    by: str
    fingerprint: str
    state: State
    names: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    severity: Severity | None = None
    summary: str = ""
    details: str = ""
    url: str = ""
    since: datetime | None = None
