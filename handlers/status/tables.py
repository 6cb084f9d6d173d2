"""What the handler remembers. Times are seconds since 1970 in UTC; states and severities as their names.

No person stands in any of these but in `subscriptions` and, as who did it, in `timeline`, `windows` and `silences`.
"""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text, false, true

metadata = MetaData()

#: SQLite counts rows up by itself only for INTEGER keys.
RowId = BigInteger().with_variant(Integer, "sqlite")

#: The last word of each source on each of its things. `key` is made from the source's name and its fingerprint. What is
#: `muted` opens no incident until it changes: a person has called it resolved.
conditions = Table(
    "status_conditions",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("service", String(255), nullable=False, index=True),
    Column("source", String(32), nullable=False),
    Column("by", String(128), nullable=False),
    Column("state", String(16), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("summary", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("since", Float, nullable=False),
    Column("heard", Float, nullable=False),
    Column("muted", Boolean, nullable=False, server_default=false()),
)

#: One row for each incident. `version` counts each change, and is what a decision rests on. `live` is the service's
#: name while the incident may still change, so that there is at most one of a service; none afterwards.
incidents = Table(
    "status_incidents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("service", String(255), nullable=False, index=True),
    Column("live", String(255), unique=True),
    Column("phase", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("summary", Text, nullable=False),
    Column("opened", Float, nullable=False, index=True),
    Column("changed", Float, nullable=False),
    Column("resolved", Float),
    Column("acknowledged", Float),
    Column("reopened", Integer, nullable=False, server_default="0"),
    Column("unstable", Boolean, nullable=False, server_default=false()),
    Column("manual", Boolean, nullable=False, server_default=false()),
    Column("version", Integer, nullable=False),
)

#: What happened in an incident, in order. `public`: members may read it too. `text` is plain, not Markdown.
timeline = Table(
    "status_timeline",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("incident", String(32), nullable=False, index=True),
    Column("at", Float, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("who", String(255), nullable=False),
    Column("public", Boolean, nullable=False),
    sqlite_autoincrement=True,
)

#: What each room has been told of each incident: up to which version, and up to which entry of the timeline. Of a
#: window of maintenance, `incident` is "window:" and its id. `room` is "*" for those who hear of it elsewhere, and ""
#: for an incident of which there is nothing more to tell.
told = Table(
    "status_told",
    metadata,
    Column("incident", String(64), primary_key=True),
    Column("room", String(255), primary_key=True),
    Column("key", String(255), nullable=False),
    Column("version", Integer, nullable=False),
    Column("entry", Integer, nullable=False),
    Column("at", Float, nullable=False),
    Column("reminded", Integer, nullable=False, server_default="0"),
    Column("closed", Boolean, nullable=False, server_default=false()),
)

#: The messages that rooms were told in. `at` is when one was queued, `gone` when it went out or was given up, and `ok`
#: which of these; `digest` is that of its text as it is now.
said = Table(
    "status_said",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("room", String(255), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("at", Float, nullable=False),
    Column("gone", Float),
    Column("ok", Boolean, nullable=False, server_default=true()),
    Column("digest", String(64), nullable=False),
)

#: Maintenance, planned or under way.
windows = Table(
    "status_windows",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("service", String(255), nullable=False),
    Column("begins", Float, nullable=False, index=True),
    Column("ends", Float, nullable=False, index=True),
    Column("why", Text, nullable=False),
    Column("who", String(255), nullable=False),
    Column("phase", String(16), nullable=False),
)

#: Services that rooms aren't told of for a while.
silences = Table(
    "status_silences",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("service", String(255), nullable=False),
    Column("until", Float, nullable=False, index=True),
    Column("why", Text, nullable=False),
    Column("who", String(255), nullable=False),
)

#: How each service was, from when to when; of what still lasts, `ended` is none. `service` is "" for the bot itself,
#: whose spans are those in which it was blind.
spans = Table(
    "status_spans",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("service", String(255), nullable=False),
    Column("state", String(16), nullable=False),
    Column("begun", Float, nullable=False),
    Column("ended", Float),
    Index("ix_status_spans_service_begun", "service", "begun"),
    sqlite_autoincrement=True,
)
#: A service is in one state at a time.
Index(
    "uq_status_spans_open",
    spans.c.service,
    unique=True,
    sqlite_where=spans.c.ended.is_(None),
    postgresql_where=spans.c.ended.is_(None),
)

#: Single values, such as when the bot was last alive.
marks = Table(
    "status_marks",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

#: How far each feed has been read, and which of its entries were posted where.
feeds = Table(
    "status_feeds",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("etag", Text, nullable=False),
    Column("modified", Text, nullable=False),
    Column("read", Float, nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),
)
feed_entries = Table(
    "status_feed_entries",
    metadata,
    Column("feed", String(128), primary_key=True),
    Column("entry", String(64), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("posted", Boolean, nullable=False),
    Column("at", Float, nullable=False),
)

#: What hooks sent and nobody could read, for the operators to look at.
unreadable = Table(
    "status_unreadable",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("hook", String(128), nullable=False),
    Column("at", Float, nullable=False, index=True),
    Column("why", Text, nullable=False),
    Column("raw", Text, nullable=False),
)

#: Who wants to hear of which service in private; "" is all of them.
subscriptions = Table(
    "status_subscriptions",
    metadata,
    Column("person", String(255), primary_key=True),
    Column("service", String(255), primary_key=True),
    Column("since", Float, nullable=False),
)

TABLES = tuple(metadata.tables.values())
