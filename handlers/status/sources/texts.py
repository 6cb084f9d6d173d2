"""Somebody else's texts, held to lengths, and without anything that isn't seen. They are no Markdown yet."""

import hashlib
import re
from dataclasses import replace
from urllib.parse import quote, urlsplit

from bot.names import seen
from handlers.status.report import Report

SUMMARY, DETAILS, NAME, LABEL, ADDRESS = 300, 2000, 200, 300, 1000
MOST_NAMES, MOST_LABELS, MOST_LINES = 10, 100, 30
#: A longer fingerprint is replaced by its digest, so that no two become one by being cut.
FINGERPRINT = 64
#: Signs that may stand in an address as they are. Those that would end a link in Markdown may not.
_SAFE = "%/:?#@!$&'*+,;=~-._[]"
_ADDRESS = re.compile(r"""\b[a-z][a-z0-9+.-]{0,20}://[^\s"'<>]+""", re.IGNORECASE)


def opened(text: str) -> str:
    """The text with each address in it cut to its host: what stands before and behind that may be a secret."""
    return _ADDRESS.sub(lambda found: host(found[0]) or "…", text)


def line(text: str, longest: int) -> str:
    """The text on one line, and no longer than this, in characters."""
    return cut(seen(opened(text[: 4 * longest])), longest)


def lines(text: str, longest: int) -> str:
    """The text on its own lines, and no longer than this altogether, in characters."""
    whole = "\n".join(seen(one) for one in opened(text[: 4 * longest]).splitlines()[:MOST_LINES]).strip()
    return cut(whole, longest)


def cut(text: str, longest: int) -> str:
    """No more of the text than this, in characters; it shows that there was more."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def digest(text: str) -> str:
    """Tells this text from others, in 64 characters."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def fingerprint(text: str) -> str:
    """The text itself, if it is short and plain; else its digest."""
    return text if len(text) <= FINGERPRINT and text.isascii() and text.isprintable() else digest(text)


def link(address: str) -> str:
    """The address, if it is one of the web that may be shown; else "". Those with a user or a password aren't."""
    try:
        parts = urlsplit(address.strip())
        proper = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return ""
    whole = quote(address.strip(), safe=_SAFE, errors="replace")
    return whole if proper and len(whole) <= ADDRESS else ""


def host(address: str) -> str:
    """The host that is meant by an address, or by a host with or without a port; "" if it is neither."""
    try:
        return urlsplit(address if "://" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""


def name(called: str) -> str:
    """What something is called, on one line. Of an address neither a user, a password nor a query is kept."""
    if not _ADDRESS.match(called.strip()):
        return line(called, NAME)
    try:
        parts = urlsplit(called.strip())
        short = f"{parts.scheme}://{parts.hostname or '…'}{parts.path.rstrip('/')}"
    except ValueError:
        short = "…"
    return cut(seen(short[: 4 * NAME]), NAME)


def trimmed(report: Report) -> Report:
    """The report, with all of its texts held to their lengths."""
    labels = list(report.labels.items())[:MOST_LABELS]
    return replace(
        report,
        fingerprint=fingerprint(report.fingerprint),
        names=tuple(dict.fromkeys(called for one in report.names[:MOST_NAMES] if (called := name(one)))),
        labels={line(label, LABEL): line(value, LABEL) for label, value in labels},
        summary=line(report.summary, SUMMARY),
        details=lines(report.details, DETAILS),
        url=link(report.url),
    )
