"""The engine's tables. Times are seconds since 1970, UTC. Handlers define their own beside their code."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text, false

metadata = MetaData()

#: SQLite counts rows up by itself only for INTEGER keys.
RowId = BigInteger().with_variant(Integer, "sqlite")

#: Every event once, before anything is done about it. `body` is erased when it is done.
journal = Table(
    "journal",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("source", String(16), nullable=False),
    Column("key", String(255), nullable=False, unique=True),
    Column("room", String(255), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("sender", String(255), nullable=False, default=""),
    Column("body", Text),
    Column("at", Float, nullable=False),
    Column("received", Float, nullable=False),
    Column("state", String(16), nullable=False),
    Column("why", Text, nullable=False, default=""),
    Index("ix_journal_state_room_id", "state", "room", "id"),
    Index("ix_journal_room_id", "room", "id"),
    sqlite_autoincrement=True,
)

#: The sync token and other single values.
sync_state = Table(
    "sync_state",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

#: Rooms that we are or were in. `encrypted` never goes back to false; `removed`: somebody has thrown us out.
rooms = Table(
    "rooms",
    metadata,
    Column("id", String(255), primary_key=True),
    Column("joined", Boolean, nullable=False),
    Column("encrypted", Boolean, nullable=False, server_default=false()),
    Column("removed", Boolean, nullable=False, server_default=false()),
    Column("people", Integer, nullable=False, server_default="0"),
)

#: Committed messages on their way. `txn` never changes, so the homeserver recognises a second try; `encrypted` says
#: what the room was when the row was made, since an encrypted room has another endpoint, and other transactions.
outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("txn", String(64), nullable=False, unique=True),
    Column("room", String(255), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("type", String(64), nullable=False),
    Column("content", Text),
    Column("handler", String(32), nullable=False),
    Column("key", String(255)),
    Column("about", String(255)),
    Column("cause", String(255)),
    Column("recipient", String(255)),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", Float, nullable=False),
    Column("created", Float, nullable=False),
    Column("encrypted", Boolean, nullable=False, server_default=false()),
    Column("why", Text, nullable=False, default=""),
    Index("ix_outbox_state_room_id", "state", "room", "id"),
    sqlite_autoincrement=True,
)

#: What we said, to whom, caused by what.
sent = Table(
    "sent",
    metadata,
    Column("event_id", String(255), primary_key=True),
    Column("room", String(255), nullable=False),
    Column("handler", String(32), nullable=False),
    Column("key", String(255)),
    Column("cause", String(255)),
    Column("recipient", String(255)),
    Column("at", Float, nullable=False),
    Index("ix_sent_handler_key", "handler", "key"),
)

#: Things to come back to: each `Later` that isn't due yet.
jobs = Table(
    "jobs",
    metadata,
    Column("handler", String(32), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("id", String(32), nullable=False),
    Column("room", String(255), nullable=False),
    Column("due", Float, nullable=False),
    Column("memo", Text, nullable=False),
    Index("ix_jobs_due", "due"),
)

#: Questions of ours with options that somebody may still pick from.
asks = Table(
    "asks",
    metadata,
    Column("handler", String(32), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("room", String(255), nullable=False),
    Column("who", String(255)),
    Column("options", Integer, nullable=False),
    Column("emoji", Text, nullable=False),
    Column("until", Float, nullable=False),
    Column("memo", Text, nullable=False),
    Index("ix_asks_room", "room"),
)

#: What moderators and others with rights did. Only ever added to.
audit = Table(
    "audit",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("who", String(255), nullable=False),
    Column("what", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("room", String(255), nullable=False),
    Column("event_id", String(255), nullable=False),
    sqlite_autoincrement=True,
)

#: What was told once, so that it isn't told again; `key` is a digest.
told = Table(
    "told",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("at", Float, nullable=False),
)

#: Which event used which index of a room key: an encrypted message that comes a second time is a replay.
message_indices = Table(
    "message_indices",
    metadata,
    Column("session_id", String(64), primary_key=True),
    Column("message_index", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", String(255), nullable=False),
    Column("at", Float, nullable=False),
    Index("ix_message_indices_at", "at"),
)
