"""What is said of feeds, as Markdown. Their words stay words."""

from collections.abc import Sequence
from datetime import datetime

from bot.markdown import escape
from handlers.status.feeds.reading import Entry, Feed
from handlers.status.settings import FeedSettings

#: So many titles are named where entries are gathered.
NAMED = 5


def notice(feed: FeedSettings, entry: Entry) -> str:
    """An entry, labelled as somebody else's: it is no finding of ours, and no cause of anything."""
    title = f"**Notice from the provider {escape(feed.title)}: {escape(entry.title or 'without a title')}**"
    words = escape(entry.text) if entry.text != entry.title else ""
    where = f"[Read it there]({entry.link})" if entry.link else ""
    return "\n\n".join(part for part in (title, words, " · ".join(filter(None, (where, _date(entry.at))))) if part)


def gathered(feed: FeedSettings, source: Feed, entries: Sequence[Entry]) -> str:
    """Entries that there are too many of for a message each."""
    titles = "; ".join(escape(entry.title) for entry in entries[:NAMED] if entry.title)
    more = f"; and {len(entries) - NAMED} more" if len(entries) > NAMED else ""
    where = f" [All of them]({source.site})" if source.site else ""
    number = "Another notice" if len(entries) == 1 else f"{len(entries)} more notices"
    return f"{number} from the provider {escape(feed.title)}: {titles}{more}.{where}"


def trouble(feed: FeedSettings, why: str, *, gone: bool) -> str:
    """For the operators."""
    after = "It isn't asked for any more." if gone else "It is tried again, less and less often."
    return f"The feed {escape(feed.name)} can't be read: {escape(why)}. {after}"


def better(feed: FeedSettings) -> str:
    """For the operators, who know of its trouble."""
    return f"The feed {escape(feed.name)} can be read again."


def _date(at: datetime | None) -> str:
    return f"{at.day} {at:%B %Y, %H:%M} UTC" if at else ""
