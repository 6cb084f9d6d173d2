"""What the handler remembers. Times are seconds since 1970 in UTC. How people count is kept without their names."""

from sqlalchemy import Boolean, Column, Float, Integer, MetaData, String, Table, false

metadata = MetaData()

#: Who was welcomed, for good: by a pseudonym. `person` is the Matrix id for as long as the welcome is on its way;
#: `state` is of `welcome.records.State`, `how` where they are greeted ("room" or "private").
people = Table(
    "newcomers_people",
    metadata,
    Column("pseudonym", String(64), primary_key=True),
    Column("state", String(16), nullable=False, index=True),
    Column("at", Float, nullable=False),
    Column("room", String(255), nullable=False, index=True),
    Column("how", String(16), nullable=False),
    Column("person", String(255)),
)
#: Join floods that aren't over: when somebody came last, and when it began.
floods = Table(
    "newcomers_floods",
    metadata,
    Column("room", String(255), primary_key=True),
    Column("since", Float, nullable=False),
    Column("latest", Float, nullable=False),
)
#: Where people are on their walk, for as long as it lasts. `room` is the private chat, none until it is there;
#: `asked_room` and `asked` say where they asked for it, until then; `remind` is when they want to be reminded. `shown`
#: is the key of what we said last; `finished`: they have seen the last one.
walks = Table(
    "newcomers_walks",
    metadata,
    Column("person", String(255), primary_key=True),
    Column("room", String(255), index=True),
    Column("step", String(64), nullable=False),
    Column("lang", String(16), nullable=False),
    Column("begun", Float, nullable=False),
    Column("touched", Float, nullable=False),
    Column("remind", Float),
    Column("asked_room", String(255)),
    Column("asked", String(255)),
    Column("shown", String(128)),
    Column("finished", Boolean, nullable=False, server_default=false()),
    Column("version", Integer, nullable=False),
)
#: Who is written to once the form is back.
forms = Table(
    "newcomers_forms",
    metadata,
    Column("person", String(255), primary_key=True),
    Column("lang", String(16), nullable=False),
    Column("since", Float, nullable=False),
)
#: What happened, without whom: `day` counts from 1970, `id` is that of the cause, hashed.
tally = Table(
    "newcomers_tally",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("day", Integer, nullable=False, index=True),
    Column("what", String(16), nullable=False),
    Column("step", String(64)),
)

TABLES = (people, floods, walks, forms, tally)
