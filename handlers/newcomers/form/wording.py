"""What is said about the form: Markdown in the reader's language. Pure."""

from datetime import UTC, datetime

from bot.markdown import escape
from handlers.newcomers.desk import Desk
from handlers.newcomers.form import sentences
from handlers.newcomers.form.sentences import Sentences
from handlers.newcomers.form.state import FormKnown

#: Of what was measured, so much is shown, in characters.
LONGEST = 300


def giving(known: FormKnown, desk: Desk, lang: str, now: datetime) -> str:
    """The form's address, or why it isn't given now; then what the Mastodon server says of registrations."""
    said = sentences.of(lang)
    address = desk.place.registration_form
    if address is None:
        return said.no_address.format(people=desk.place.people)
    go_on = [said.go_on] if known.fails and desk.settings.guide is not None else []
    return " ".join([_form(known, address, said, now), *go_on, *_registrations(known, desk, said, now)])


def back(known: FormKnown, desk: Desk, lang: str, now: datetime) -> str:
    """To those who waited for it."""
    return f"{sentences.of(lang).back} {giving(known, desk, lang, now)}"


def stopped(desk: Desk, lang: str) -> str:
    """To those who have waited too long."""
    return sentences.of(lang).stopped.format(people=desk.place.people)


def clock(at: datetime, now: datetime) -> str:
    """A time in UTC, with its date when that isn't today's."""
    at = at.astimezone(UTC)
    return f"{at:%H:%M} UTC" if at.date() == now.astimezone(UTC).date() else f"{at:%Y-%m-%d %H:%M} UTC"


def _form(known: FormKnown, address: str, said: Sentences, now: datetime) -> str:
    when = clock(known.measured or now, now)
    if known.fails:
        return said.fails.format(when=when, evidence=_quoted(known.evidence))
    # A parenthesis would end the link.
    url = address.replace("(", "%28").replace(")", "%29")
    return (said.works if known.works else said.unknown).format(when=when, url=url)


def _registrations(known: FormKnown, desk: Desk, said: Sentences, now: datetime) -> list[str]:
    """What the server says, dated; nothing where it doesn't. That they are closed may not be the last word."""
    about = {"open": said.open, "open, by approval": said.by_approval, "closed": said.closed}
    sentence = about.get(known.registrations or "")
    if sentence is None or known.asked is None:
        return []
    dated = sentence.format(when=clock(known.asked, now))
    if known.registrations != "closed":
        return [dated]
    return [dated, *([] if known.fails else [said.may_tell]), desk.place.people]


def _quoted(evidence: str) -> str:
    short = evidence if len(evidence) <= LONGEST else f"{evidence[: LONGEST - 1]}…"
    return escape(short if short.endswith((".", "…")) else f"{short}.")
