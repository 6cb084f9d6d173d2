"""Times and spans as members read them."""

from datetime import UTC, datetime, timedelta

_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def clock(at: datetime, now: datetime) -> str:
    """A time in UTC, with its date when that isn't today's."""
    at, today = at.astimezone(UTC), now.astimezone(UTC).date()
    time = f"{at:%H:%M} UTC"
    if at.date() == today:
        return time
    year = "" if at.year == today.year else f" {at.year}"
    return f"{at.day} {at:%B}{year}, {time}"


def between(begin: datetime, end: datetime, now: datetime) -> str:
    """From when to when: "14:02 to 14:25 UTC"."""
    if begin.astimezone(UTC).date() == end.astimezone(UTC).date():
        return f"{clock(begin, now).removesuffix(' UTC')} to {end.astimezone(UTC):%H:%M} UTC"
    return f"{clock(begin, now)} to {clock(end, now)}"


def during(begin: datetime, end: datetime, now: datetime) -> str:
    """When it was: "from 14:02 to 14:25 UTC", or of what was over within the minute "at 14:02 UTC"."""
    same = clock(begin, now) == clock(end, now)
    return f"at {clock(begin, now)}" if same else f"from {between(begin, end, now)}"


def lasted(span: timedelta) -> str:
    """How long, in the two largest units that matter: "23 minutes", "1 hour and 5 minutes"."""
    left, parts = max(int(span.total_seconds()), 0), list[str]()
    for name, seconds in _UNITS:
        count, left = divmod(left, seconds)
        if count or (name == "second" and not parts):
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
        elif parts:
            break
        if len(parts) == 2:  # noqa: PLR2004 - two units
            break
    # Nobody counts the seconds of an outage that took minutes.
    return " and ".join(part for part in parts if "second" not in part or len(parts) == 1)
