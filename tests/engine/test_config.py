"""The configuration: what is accepted, and that every mistake is told at its line, in a sentence that helps."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, SecretStr, create_model

from bot.config import Config, Profile, load, shape
from bot.config.models import Core
from bot.config.reading import DEEPEST, LARGEST
from bot.durations import EXPECTED, Duration, duration
from bot.errors import ConfigError
from bot.roles import Role
from handlers import ALL
from handlers.newcomers.settings import GuideSettings, PeopleSettings
from handlers.newcomers.settings import Settings as NewcomersSettings

ROOT = Path(__file__).parents[2]
SECRET = "hunter2 and a half"
ENV = {"PASSWORD": SECRET}

BASE = """\
community:
  name: Social.coop
  people: Ask in the chatroom.
homeserver:
  url: https://matrix.org
  user: "@steward:matrix.org"
  password: ${PASSWORD}
"""
#: The line that the first one after BASE stands on.
NEXT = BASE.count("\n") + 1


Write = Callable[..., Path]
Loaded = Callable[..., Any]  # Config, but that sections and optional parts are looked into without ado
Problems = Callable[..., list[str]]


class Hook(BaseModel):
    secret: SecretStr
    limit: int = 5


class Sample(BaseModel):
    """A handler's settings. Not even strict: the engine is, for all of them."""

    folder: Path = Path("faq")
    grace: Duration = timedelta(seconds=20)
    share: float = 0.5
    many: bool = False
    hooks: dict[str, Hook] = {}


HANDLERS: dict[str, type[BaseModel]] = {handler.name: handler.settings for handler in ALL}
SECTIONS: dict[str, type[BaseModel]] = {"sample": Sample, **HANDLERS}


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.chdir(tmp_path)

    def write(text: str | bytes, name: str = "config.yaml") -> Path:
        path = Path(name)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture
def loaded(write: Write) -> Loaded:
    def loaded(text: str, **more: Any) -> Config:
        return load(write(text), SECTIONS, **{"env": ENV} | more)

    return loaded


@pytest.fixture
def problems(write: Write) -> Problems:
    def problems(text: str | bytes, **more: Any) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            load(write(text), SECTIONS, **{"env": ENV} | more)
        assert not caught.value.__context__, "a traceback would show what stood in the file"
        return list(caught.value.problems)

    return problems


# What is accepted


@pytest.fixture
def shipped() -> Config:
    return load(ROOT / "config.yaml", HANDLERS, env={"STEWARD_PASSWORD": SECRET})


def test_the_shipped_config_is_valid_with_nothing_but_the_password_set(shipped: Config) -> None:
    assert [room.name for room in shipped.rooms] == ["open-chatroom", "tech-chat"]
    assert shipped.homeserver.password == SecretStr(SECRET)


def test_the_shipped_config_shows_the_defaults(shipped: Config) -> None:
    parts = ("storage", "commands", "roles", "outside", "limits", "logging")
    assert shipped.profile == Profile(avatar=Path("docs/avatar.png"))
    assert {part: getattr(shipped, part) for part in parts} == {part: Core.model_fields[part].default for part in parts}
    # What is measured is the community's own; all else about it is as without the section.
    status = shipped.sections["status"].model_copy(update={"probes": (), "control": ()})
    # So is what newcomers are told.
    newcomers = shipped.sections["newcomers"]
    assert isinstance(newcomers, NewcomersSettings)
    assert newcomers.guide is not None
    assert newcomers.guide.silence == GuideSettings.model_fields["silence"].default
    newcomers = newcomers.model_copy(update={"guide": None, "people": PeopleSettings()})
    assert {**shipped.sections, "status": status, "newcomers": newcomers} == {
        name: settings() for name, settings in HANDLERS.items()
    }


@pytest.mark.parametrize(
    ("explained_in", "form"), [("config.yaml", r"^ *(# )?(- )?{}:"), ("docs/configuration.md", r"^(\| |### )`{}`")]
)
def test_every_key_is_explained(explained_in: str, form: str) -> None:
    text = (ROOT / explained_in).read_text()
    models: list[type[BaseModel]] = [Core, *HANDLERS.values()]
    keys = {key for model in models for _, key in known_keys(model)}
    assert {key for key in keys if not re.search(form.format(key), text, re.MULTILINE)} == set()


def test_a_short_config_gets_the_documented_defaults(loaded: Loaded) -> None:
    config = loaded(BASE)
    assert config.homeserver.device_name == config.profile.name == "Steward"
    assert (config.storage.folder, config.storage.database, config.storage.key) == (Path("data"), None, None)
    assert config.commands.prefixes == ("!",)
    assert (config.rooms, config.services, config.control_room, config.registration) == ((), (), None, None)
    assert (config.logging.level, config.logging.format) == ("info", "auto")
    assert config.sections["sample"] == Sample()


def test_a_room_answers_when_addressed_and_gets_no_notices_unless_told(loaded: Loaded) -> None:
    (room,) = loaded(BASE + 'rooms:\n  - room: "#a:b.org"\n    name: a').rooms
    assert (room.answers, room.notices, room.via) == ("addressed", False, ())


def test_a_part_whose_entries_are_all_commented_out_counts_as_left_out(loaded: Loaded) -> None:
    config = loaded(BASE + "roles:\n  admin:\n  #  - '@a:b.org'\nrooms:\nlogging:\nsample:\ncontrol_room:\n")
    assert config == loaded(BASE)


@pytest.mark.parametrize("word", ["off", "addressed", "when_sure"])
def test_off_is_a_word_and_not_the_false_of_old_yaml(loaded: Loaded, word: Any) -> None:
    assert loaded(BASE + f'rooms: [{{room: "#a:b.org", name: a, answers: {word}}}]').rooms[0].answers == word


@pytest.mark.parametrize("name", ["no", "2024-05-01", "12:30", "0x1f", "1_000", "yes"])
def test_what_old_yaml_takes_for_something_else_is_text(loaded: Loaded, name: Any) -> None:
    assert loaded(BASE + f"profile: {{name: {name}}}").profile.name == name


def test_the_config_knows_its_folder_and_relative_paths_begin_there(loaded: Loaded, tmp_path: Path) -> None:
    config = loaded(BASE)
    assert config.root == tmp_path
    assert config.at(config.storage.folder) == tmp_path / "data"
    assert config.at(Path("/srv/data")) == Path("/srv/data")


def test_the_config_cant_be_changed(loaded: Loaded) -> None:
    with pytest.raises(ValueError, match="frozen"):
        loaded(BASE).homeserver.user = "@other:matrix.org"


def test_a_person_holds_the_highest_role_they_are_listed_with(loaded: Loaded) -> None:
    roles = loaded(BASE + "roles:\n  admin: ['@a:b.org']\n  moderator: ['@a:b.org', '@c:b.org']").roles
    assert [roles.listed(f"@{name}:b.org") for name in "acx"] == [Role.ADMIN, Role.MODERATOR, Role.MEMBER]


@pytest.mark.parametrize("url", ["postgresql://s@db/s", "postgresql+psycopg://s@db/s"])
def test_a_database_without_a_password_may_stand_in_the_file(loaded: Loaded, url: Any) -> None:
    database = loaded(BASE + f"storage:\n  database: {url}").storage.database
    assert database.get_secret_value() == url


# Durations


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("20s", 20), ("15m", 900), ("2h", 7200), ("1d", 86400), ("2 h", 7200), ("90", 90), (90, 90), ("0s", 0)],
)
def test_durations_are_written_with_a_unit_or_in_seconds(written: Any, seconds: Any) -> None:
    assert duration(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "written", ["", "soon", "2 hours", "-5m", "1.5h", "5M", "²s", -1, 1.5, True, None, [], "9" * 99]
)
def test_what_is_no_duration_is_refused_with_examples(written: Any) -> None:
    with pytest.raises(ValueError, match='"20s", "15m", "2h" or "1d", or a whole number of seconds'):
        duration(written)


@pytest.mark.parametrize("written", ["3651d", 999999999, timedelta.max])
def test_no_duration_is_longer_than_dates_can_bear(written: Any) -> None:
    with pytest.raises(ValueError, match="at most 3650d"):
        duration(written)


# Secrets


def test_a_secret_comes_from_the_environment(loaded: Loaded) -> None:
    assert loaded(BASE).homeserver.password.get_secret_value() == SECRET


@pytest.mark.parametrize("place", ["file:secret", "file:./secret", "file:{folder}/secret"])
@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_secret_comes_from_a_file_without_its_last_line_break(
    loaded: Loaded, tmp_path: Path, place: Any, ending: Any
) -> None:
    (tmp_path / "secret").write_text(SECRET + ending, newline="")
    config = loaded(BASE.replace("${PASSWORD}", place.format(folder=tmp_path)))
    assert config.homeserver.password.get_secret_value() == SECRET


def test_a_relative_secret_file_is_looked_for_beside_the_config(write: Write, tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/secret").write_text(SECRET)
    path = write(BASE.replace("${PASSWORD}", "file:secret"), "etc/config.yaml")
    assert load(path, {}, env={}).homeserver.password == SecretStr(SECRET)


def test_a_secret_comes_from_a_systemd_credential(loaded: Loaded, tmp_path: Path) -> None:
    (tmp_path / "steward-password").write_text(SECRET)
    text = BASE.replace("${PASSWORD}", "credential:steward-password")
    config = loaded(text, env={"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert config.homeserver.password.get_secret_value() == SECRET


def test_a_handlers_secrets_are_filled_in_too(loaded: Loaded) -> None:
    hooks = loaded(BASE + "sample:\n  hooks:\n    kuma:\n      secret: ${PASSWORD}").sections["sample"].hooks
    assert hooks["kuma"].secret.get_secret_value() == SECRET


def test_only_secrets_are_filled_in(loaded: Loaded) -> None:
    assert loaded(BASE + "profile: {name: '${PASSWORD}'}").profile.name == "${PASSWORD}"


def test_no_secret_appears_when_the_config_is_shown(loaded: Loaded) -> None:
    config = loaded(
        BASE + "storage:\n  key: ${KEY}\n  database: ${DB}\nsample: {hooks: {kuma: {secret: '${KEY}'}}}",
        env={"PASSWORD": SECRET, "KEY": SECRET, "DB": f"postgresql://s:{SECRET}@db/s"},
    )
    for shown in (repr(config), str(config), repr(config.model_dump()), config.model_dump_json(), repr(vars(config))):
        assert SECRET not in shown


SECRET_LINE = "config.yaml:7: homeserver.password: "


@pytest.mark.parametrize(
    ("written", "env", "why"),
    [
        ("${PASSWORD}", {}, "the environment variable PASSWORD is not set; set it, or use file:"),
        ("${PASSWORD}", {"PASSWORD": ""}, "the environment variable PASSWORD is empty; put the secret into it"),
        ("${PASSWORD}", {"PASSWORD": "\udcff"}, "the environment variable PASSWORD does not hold UTF-8 text"),
        ("file:nothing", {}, "there is no file nothing; make it, with the secret alone in it"),
        ("file:.", {}, "can't be read: Is a directory"),
        ("file:empty", {}, "the file empty is empty; put the secret into it"),
        ("file:binary", {}, "the file binary does not hold UTF-8 text"),
        ("file:/dev/zero", {}, "the file /dev/zero is too large to be a secret"),
        ('"file:a\\0b"', {}, "can't be read: its name is not one"),
        ("credential:x", {}, "no systemd credentials are here; put LoadCredential=x:/path into the service's unit"),
        ("credential:../x", {"CREDENTIALS_DIRECTORY": "."}, "expected a credential's name"),
        ("credential:x", {"CREDENTIALS_DIRECTORY": "/none"}, "there is no file /none/x"),
        (SECRET, {}, "a secret must not stand in this file; put ${STEWARD_PASSWORD} here"),
        ("$PASSWORD", ENV, "a secret must not stand in this file"),
        ("x${PASSWORD}", ENV, "a secret must not stand in this file"),
        ("123456", {}, "a secret must not stand in this file"),
        (f"[{SECRET}]", {}, "expected ${NAME}, file:/path or credential:name"),
        (f"{{{SECRET}: 1}}", {}, "expected ${NAME}, file:/path or credential:name"),
    ],
)
def test_a_secret_that_cant_be_had_is_told_with_its_place_and_never_its_value(
    problems: Problems, write: Write, written: Any, env: Any, why: Any
) -> None:
    write("\n", "empty")
    write(b"\xff\xfe", "binary")
    (found,) = problems(BASE.replace("${PASSWORD}", written), env=env)
    assert found.startswith(SECRET_LINE)
    assert why in found
    assert SECRET not in found


@pytest.mark.parametrize(
    "text",
    [
        BASE.replace("password: ${PASSWORD}", f"pasword: {SECRET}"),
        BASE.replace('"@steward:matrix.org"', SECRET),
        BASE.replace("${PASSWORD}", f"'{SECRET}"),
        BASE.replace("${PASSWORD}", f"{SECRET}: x"),
        BASE.replace("${PASSWORD}", f"@{SECRET}"),
        BASE.replace("https://", f"https://steward:{SECRET}@"),
        BASE.replace("https://matrix.org", f"matrix://steward:{SECRET}@x"),
        BASE + f"storage:\n  database: postgresql://s:{SECRET}@db/s",
        BASE + f"storage:\n  database: postgresql://s@db/s?password={SECRET}",
        BASE + f"storage:\n  database: mysql://s:{SECRET}@db/s",
        BASE + "storage:\n  database: ${PASSWORD}",
        BASE + f"sample: {{hooks: {{kuma: {{secret: {SECRET}}}}}}}",
    ],
)
def test_no_error_quotes_what_might_be_a_secret(problems: Problems, text: Any) -> None:
    found = problems(text)
    assert found
    assert SECRET not in "\n".join(found)


def test_of_a_secret_that_was_not_found_only_that_is_said(problems: Problems) -> None:
    (found,) = problems(BASE + "storage: {database: '${DB}'}")
    assert found.startswith(f"config.yaml:{NEXT}: storage.database: the environment variable DB is not set")


# Unknown keys


def known_keys(
    model: type[BaseModel], trail: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every key of every model below this one, with the trail of the mapping that it stands in."""
    for name in shape.keys(model):
        yield trail, name
        inner = shape.within(model, name)
        if shape.models(inner):
            yield from known_keys(shape.models(inner)[0], (*trail, name))
        elif entry := shape.models(shape.within(inner, 0)):
            yield from known_keys(entry[0], (*trail, name, 0))


def slips(word: str) -> list[str]:
    """What fingers make of a word."""
    swapped = word[:-2] + word[-1] + word[-2]
    return sorted({word[0] + word, word[:-1], swapped, word.capitalize(), word.replace("_", "-"), word + "s"} - {word})


FILE = create_model("File", __base__=Core, **{name: (model, ...) for name, model in SECTIONS.items()})  # type: ignore[call-overload]
SLIPS = [
    pytest.param(trail, key, slip, id=f"{'.'.join(map(str, trail))}.{slip}")
    for trail, key in known_keys(FILE)
    for slip in slips(key)
    if slip not in shape.keys(shape.at(FILE, trail))
]


@pytest.mark.parametrize(("trail", "key", "slip"), SLIPS)
def test_a_wrong_key_names_the_one_that_was_meant(problems: Problems, trail: Any, key: Any, slip: Any) -> None:
    document = yaml.safe_load(BASE)
    inner: Any = 1
    for step in reversed((*trail, slip)):
        inner = [inner] if step == 0 else {step: inner}
    for name, value in inner.items():
        document[name] = document[name] | value if name in document and isinstance(value, dict) else value
    found = [line for line in problems(yaml.safe_dump(document)) if "unknown" in line]
    assert len(found) == 1
    assert found[0].endswith(f'{slip}: unknown key; did you mean "{key}"?')


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("user: x", "user: unknown key here; it belongs under homeserver: (indented)"),
        ("answers: off", "answers: unknown key here; it belongs under rooms: (indented)"),
        ("zzz: 1", "zzz: unknown key; known here: community, homeserver, profile, storage, commands, control_room, o"),
        ("sampel: {}", 'sampel: unknown key; did you mean "sample"?'),
        ("sample: {zzz: 1}", "sample.zzz: unknown key; known here: folder, grace, share, many, hooks"),
        ("sample: {hooks: {kuma: {secret: '${PASSWORD}', limits: 1}}}",
         'sample.hooks.kuma.limits: unknown key; did you mean "limit"?'),
        ('"ha\\nllo\\e[31m": 1', "ha\\nllo\\x1b[31m: unknown key; known here"),
    ],
)  # fmt: skip
def test_an_unknown_key_gets_the_help_that_there_is(problems: Problems, text: Any, why: Any) -> None:
    (found,) = problems(BASE + text)
    assert found.startswith(f"config.yaml:{NEXT}: {why}")


# Wrong values

ROOM = 'rooms:\n  - room: "#a:b.org"\n    name: a\n'
SLUG = 'expected a short name of lower-case letters, digits and hyphens, such as "tech-chat"'
MXID = 'expected a full Matrix id such as "@steward:social.coop"'
LANG = 'expected a language\'s code of two letters, such as "en"'
STEP = "newcomers:\n  guide:\n    steps:\n      - name: a\n        title: {en: A}\n"


def step(name: str) -> str:
    return f"      - {{name: {name}, title: {{en: A}}, text: {{en: B}}}}\n"


WRONG = [
    ("profile: []", 0, "profile: expected name: and avatar: below it, not a list"),
    ("profile: x", 0, 'profile: expected name: and avatar: below it, not "x"'),
    ("rooms: {room: x}", 0, 'rooms: expected a list, with "- " before each entry, not a mapping'),
    ("rooms:\n  room: x", 0, 'rooms: expected a list, with "- " before each entry, not a mapping'),
    ("rooms:\n  - x", 1,
     'rooms[1]: expected room:, name:, via:, answers:, notices:, misses:, welcome: and about: below it, not "x"'),
    ('roles: {admin: "@a:b.org"}', 0, 'roles.admin: expected a list, with "- " before each entry, not "@a:b.org"'),
    ("roles:\n  admin:\n    - '@a:b.org'\n    - alice", 3, f'roles.admin[2]: {MXID}, not "alice"'),
    ("roles: {admin: ['@a']}", 0, f'roles.admin[1]: {MXID}, not "@a"'),
    ("roles: {admin: ['@a b:c']}", 0, f'roles.admin[1]: {MXID}, not "@a b:c"'),
    ("roles: {admin: ['@a:b.org', 5]}", 0, "roles.admin[2]: expected text, in quotes, not 5"),
    ("control_room: {room: tech}", 0,
     'control_room.room: expected a room\'s alias such as "#tech:social.coop", or its id ("!…"), not "tech"'),
    ("control_room:\n  room: #tech:b.org", 1,
     "control_room.room: has nothing behind it; in YAML a # begins a comment, so a value with # in it needs quotes"),
    ("control_room:\n  via: [b.org]", 0, "control_room.room: is missing"),
    ("control_room: {room: '#a:b.org', via: ['https://b.org']}", 0,
     'control_room.via[1]: expected a server\'s name such as "matrix.org"'),
    ("outside: {allow_private: ['wiki.internal:8080']}", 0,
     "outside.allow_private[1]: expected a host's name or address without a port, such as \"wiki.internal\" or "),
    (ROOM + "    misses: always", 3, 'rooms[1].misses: expected ask, keep or off, not "always"'),
    (ROOM + "    answers: adressed", 3,
     'rooms[1].answers: expected off, addressed or when_sure, not "adressed"; did you mean "addressed"?'),
    (ROOM + "    answers: never", 3, 'rooms[1].answers: expected off, addressed or when_sure, not "never"'),
    (ROOM + "    welcome: chat", 3, 'rooms[1].welcome: expected off, room or private, not "chat"'),
    (ROOM + "    welcome: privat", 3,
     'rooms[1].welcome: expected off, room or private, not "privat"; did you mean "private"?'),
    # In YAML "off" is what it says, and "on" is text like any other.
    (ROOM + "    welcome: on", 3, 'rooms[1].welcome: expected off, room or private, not "on"'),
    (ROOM + "    welcome: true", 3, "rooms[1].welcome: expected off, room or private, not true"),
    (ROOM + "    about: 5", 3, "rooms[1].about: expected text, in quotes, not 5"),
    (ROOM + "    about: [cats]", 3, "rooms[1].about: expected text, not a list"),
    (ROOM + "    about: " + "x" * 201, 3, "rooms[1].about: expected at most 200 characters"),
    (ROOM + "    abuot: cats", 3, 'rooms[1].abuot: unknown key; did you mean "about"?'),
    (ROOM + "    notices: yes", 3, 'rooms[1].notices: expected true or false, not "yes"'),
    (ROOM.replace("name: a", "name: Tech Chat"), 2, f'rooms[1].name: {SLUG}, not "Tech Chat"'),
    (ROOM + '  - room: "#c:d.org"\n    name: a', 4, "rooms[2].name: is given a second time; each entry needs its own"),
    (ROOM + '  - room: "#a:b.org"\n    name: c', 3, "rooms[2].room: is given a second time; each entry needs its own"),
    (ROOM + "control_room: {room: '#a:b.org'}", 3,
     "control_room.room: is one of the rooms too; the control room is for moderators alone"),
    (ROOM + "operators: {room: '#a:b.org'}", 3,
     "operators.room: is one of the rooms too; that of the operators is for them alone"),
    ("control_room: {room: '#c:b.org'}\noperators: {room: '#c:b.org'}", 1,
     "operators.room: is the control room; leave this part out, and that is where operators are told"),
    ("operators:\n  via: [b.org]", 0, "operators.room: is missing"),
    ("rooms:\n  - room: '#a:b.org'\n    name: operators", 2,
     'rooms[1].name: "operators" is what the room of the operators is called; choose another name'),
    ("services:\n  - {name: a, title: A, url: 'https://a.org'}\n  - {name: a, title: B, url: 'https://b.org'}", 2,
     "services[2].name: is given a second time; each entry needs its own"),
    ("services:\n  - {name: a, url: 'https://a.org'}", 1, "services[1].title: is missing"),
    ("services:\n  - {name: a, title: ' ', url: 'https://a.org'}", 1, "services[1].title: expected some text"),
    ("registration: {form: join.social.coop}", 0,
     'registration.form: expected a web address such as "https://social.coop", not "join.social.coop"'),
    ("registration: {form: 'https://a b'}", 0, "registration.form: expected a web address"),
    ("registration: {form: 'https://a:999999'}", 0, "registration.form: expected a web address"),
    ("registration: {form: 'http://[a'}", 0, "registration.form: expected a web address"),
    ("commands: {prefixes: []}", 0, "commands.prefixes: expected at least 1 in this list"),
    ("commands: {prefixes: ['!', '?', '.', ';', '$', '%']}", 0, "commands.prefixes: expected at most 5 in this list"),
    ("commands: {prefixes: ['!', '!']}", 0, "commands.prefixes[2]: is given a second time"),
    ("commands: {prefixes: ['!!!!']}", 0,
     'commands.prefixes[1]: expected one to three characters that end in a sign, such as "!", not "!!!!"'),
    ("commands: {prefixes: [bot]}", 0, "commands.prefixes[1]: expected one to three characters that end in a sign"),
    ("commands: {prefixes: ['! ']}", 0, "commands.prefixes[1]: expected one to three characters that end in a sign"),
    ("logging: {level: warn}", 0,
     'logging.level: expected debug, info, warning or error, not "warn"; did you mean "warning"?'),
    ("logging: {format: 5}", 0, "logging.format: expected auto, human or json, not 5"),
    ("storage: {database: 'mysql://db/s'}", 0, "storage.database: expected postgresql://user@host/name; for SQLite"),
    ("profile: {name: 5}", 0, "profile.name: expected text, in quotes, not 5"),
    ("profile: {name: true}", 0, "profile.name: expected text, in quotes, not true"),
    ("newcomers: []", 0, "newcomers: expected welcome:, guide: and people: below it, not a list"),
    ("newcomers: {welcom: {}}", 0, 'newcomers.welcom: unknown key; did you mean "welcome"?'),
    ("newcomers: {welcome: {wait: 0s}}", 0, 'newcomers.welcome.wait: expected more than nothing, such as "2m"'),
    ("newcomers: {welcome: {wait: soon}}", 0, f'newcomers.welcome.wait: {EXPECTED}, not "soon"'),
    ("newcomers: {welcome: {flood: {joins: 1}}}", 0, "newcomers.welcome.flood.joins: expected 2 or more, not 1"),
    ("newcomers: {welcome: {flood: {joins: 2.5}}}", 0, "newcomers.welcome.flood.joins: expected a whole number"),
    ("newcomers: {welcome: {ignore: '@bot:*'}}", 0,
     'newcomers.welcome.ignore: expected a list, with "- " before each entry, not "@bot:*"'),
    ("newcomers: {guide: {}}", 0, "newcomers.guide.steps: is missing"),
    ("newcomers: {guide: {steps: []}}", 0, "newcomers.guide.steps: expected at least 1 in this list"),
    ("newcomers: {guide: {steps: x}}", 0, 'newcomers.guide.steps: expected a list, with "- " before each entry'),
    ("newcomers:\n  guide:\n    steps:\n" + "".join(step(f"s{number}") for number in range(10)), 2,
     "newcomers.guide.steps: expected at most 9 in this list"),
    ("newcomers:\n  guide:\n    steps:\n" + step("a") + step("a"), 2,
     'newcomers.guide.steps: two of the steps are called "a"; each needs a name of its own'),
    (STEP + "        text:\n          eng: B", 6, f'newcomers.guide.steps[1].text.eng: {LANG}, not "eng"'),
    (STEP + "        text:\n          en: B\n          EN: B", 7,
     f'newcomers.guide.steps[1].text.EN: {LANG}, not "EN"'),
    (STEP + "        text:\n          de-AT: B", 6, f'newcomers.guide.steps[1].text.de-AT: {LANG}, not "de-AT"'),
    (STEP + "        text:\n          en: ' '", 6, 'newcomers.guide.steps[1].text.en: expected some text, not " "'),
    (STEP + "        text:\n          en: 5", 6, "newcomers.guide.steps[1].text.en: expected text, in quotes, not 5"),
    (STEP + "        text:\n          en:", 6, "newcomers.guide.steps[1].text.en: has nothing behind it"),
    (STEP + "        text: {}", 5, "newcomers.guide.steps[1].text: expected something below it"),
    (STEP + "        text:", 5, "newcomers.guide.steps[1].text: has nothing behind it"),
    (STEP + "        text: B", 5,
     'newcomers.guide.steps[1].text: expected the text by its language below it, such as "en: …", not "B"'),
    (STEP + "        text: {en: B}\n        forms: true", 6,
     'newcomers.guide.steps[1].forms: unknown key; did you mean "form"?'),
    (STEP + "        text: {en: B}\n        form: yes", 6,
     'newcomers.guide.steps[1].form: expected true or false, not "yes"'),
    (STEP, 3, "newcomers.guide.steps[1].text: is missing"),
    (STEP.replace("name: a", "name: The form") + "        text: {en: B}", 3,
     "newcomers.guide.steps[1].name: expected a short name of lower-case letters, digits and hyphens"),
    ("newcomers: {people: {applications: {en: x}}}", 0,
     'newcomers.people.applications: unknown key; did you mean "application"?'),
    ("newcomers: {people: {payment: {en: ''}}}", 0, 'newcomers.people.payment.en: expected some text, not ""'),
    ('profile: {name: "\\ud83d"}', 0, "profile.name: holds half of a character"),
    ("sample: {grace: 2 hours}", 0, f'sample.grace: {EXPECTED}, not "2 hours"'),
    ("sample: {grace: -5s}", 0, "sample.grace: expected a duration"),
    ("sample: {share: half}", 0, 'sample.share: expected a number, not "half"'),
    ("sample: {hooks: {kuma: {secret: '${PASSWORD}', limit: 1.5}}}", 0,
     "sample.hooks.kuma.limit: expected a whole number"),
    ("sample: {hooks: []}", 0, "sample.hooks: expected keys below it, not a list"),
    ("sample: {hooks: {kuma: {}}}", 0, "sample.hooks.kuma.secret: is missing"),
    ("sample: {many: 'true'}", 0, 'sample.many: expected true or false, not "true"'),
    ("profile: {name: a}\nprofile: {name: b}", 1, f"profile: stands here a second time; the first is on line {NEXT}"),
    ("profile:\n  name: a\n  name: b", 2,
     f"profile.name: stands here a second time; the first is on line {NEXT + 1}"),
    ("[a, b]: c", 0, "expected a word before the colon"),
    ("'': c", 0, "expected a word before the colon"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "below", "why"), WRONG)
def test_a_wrong_value_is_told_at_its_line_with_what_is_allowed(
    problems: Problems, text: Any, below: Any, why: Any
) -> None:
    (found,) = problems(BASE + text)
    assert found.startswith(f"config.yaml:{NEXT + below}: {why}")


@pytest.mark.parametrize(
    ("text", "below", "why"),
    [
        ("newcomers: {guide: {steps: []}}", 0, "newcomers.guide.steps: expected at least 1 in this list"),
        ("newcomers:\n  guide:\n    steps:\n" + "".join(step(f"s{number}") for number in range(10)), 2,
         "newcomers.guide.steps: expected at most 9 in this list"),
        ("newcomers: {people: {age: {}}}", 0, "newcomers.people.age: expected something below it"),
        ("newcomers:\n  guide:\n    steps:\n" + step("a") * 2, 2,
         'newcomers.guide.steps: two of the steps are called "a"; each needs a name of its own'),
    ],
)  # fmt: skip
def test_too_much_or_too_little_is_all_that_is_said(problems: Problems, text: str, below: int, why: str) -> None:
    assert problems(BASE + text) == [f"config.yaml:{NEXT + below}: {why}"]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('"@steward:matrix.org"', "steward", f"6: homeserver.user: {MXID}"),
        ("https://matrix.org", "matrix.org", '5: homeserver.url: expected a web address such as "https://matrix.org"'),
        ("https://matrix.org", "https://matrix.org/?x=1", "5: homeserver.url: expected the homeserver's address alone"),
        ("https://matrix.org", "https://u@matrix.org", "5: homeserver.url: expected a web address without a user"),
        ("  password: ${PASSWORD}\n", "", "4: homeserver: needs a password or a token, such as password: ${STEWARD_"),
        ("password: ${PASSWORD}", "password:", "4: homeserver: needs a password or a token"),
        ("${PASSWORD}\n", "${PASSWORD}\n  token: ${PASSWORD}\n", "8: homeserver.token: password and token are both"),
        ("  name: Social.coop\n", "", "1: community.name: is missing"),
        ("password: ${PASSWORD}", "pasword: x", '7: homeserver.pasword: unknown key; did you mean "password"?'),
    ],
)
def test_what_every_config_needs_is_told_when_it_is_wrong(problems: Problems, old: Any, new: Any, found: Any) -> None:
    assert [line.startswith(f"config.yaml:{found}") for line in problems(BASE.replace(old, new))] == [True]


def test_missing_parts_are_told_with_what_they_need(problems: Problems) -> None:
    assert problems("profile: {}") == [
        "config.yaml:1: community: is missing; it needs name: and people: below it",
        (
            "config.yaml:1: homeserver: is missing; it needs url:, user:, password:, token:, device_name: and "
            "recovery_key: below it"
        ),
    ]


def test_all_errors_come_at_once_in_the_order_of_their_lines(problems: Problems) -> None:
    text = BASE.replace("url: https", "url: ftp").replace("${PASSWORD}", "${NONE}")
    found = problems(
        text + ROOM + ROOM.replace("rooms:\n", "") + "    notices: 1\nzzz: 1\nlogging: {level: x}\nzzz: 2\n"
    )
    lines = [int(line.split(":")[1]) for line in found]
    assert lines == sorted(lines)
    assert lines == [5, 7, NEXT + 3, NEXT + 4, NEXT + 5, NEXT + 6, NEXT + 7, NEXT + 8]


# Files that are no configuration


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "1: is empty; begin with the config.yaml that comes with Steward"),
        ("# nothing yet\n", "1: is empty"),
        ("- a\n", '1: expected keys such as "homeserver:" at the top'),
        ("hello\n", '1: expected keys such as "homeserver:" at the top'),
        ("profile:\n\tname: x", "2: a tab is used for indentation; use spaces"),
        ("profile:\n  name: x\n\tavatar: y", "3: a tab is used for indentation; use spaces"),
        ("profile:\n  name: x\n  \tavatar: y", "3: a tab is used for indentation; use spaces"),
        ("profile:\n  name: @x", "2: a value can't begin with @; put it in quotes"),
        ("profile:\n  name: `x`", "2: a value can't begin with `; put it in quotes"),
        ("profile:\n  name: 'x", "2: a quote is opened here and never closed"),
        ('profile:\n  name: "\\q"', "2: a backslash (\\) in double quotes must be doubled; or use single quotes"),
        ("profile:\n  name: a: b", "2: a colon where none is expected: check the indentation from here up, or"),
        ("profile:\n   name: x\n  avatar: b", "3: the indentation doesn't fit the lines above"),
        ("a: 1\nprofile\nrooms: []", "2: a key without a colon (:) behind it"),
        ("rooms: [a, b\nprofile:", "2: a bracket opened on line 1 isn't closed, or a comma is missing"),
        ("profile: 'it's'", "1: a value goes on behind its closing quote"),
        ("prefixes: ['!']]", "1: a closing bracket too many"),
        ("profile: ?", "1: a value can't begin with ?; put it in quotes"),
        ("name: >x", "1: nothing may stand behind | or >; to begin a value with it, use quotes"),
        ("rooms:\n - a\n b: c", "3: the indentation doesn't fit the lines above"),
        ("profile: - x", "1: a list entry (-) can't begin here; begin it on a line of its own"),
        ("a: 1\n---\nb: 2", "2: a second document begins here (---); a configuration is one"),
        ("a: 1\n%b\n", "3: what stands above it began with % or ended with ...; neither belongs here"),
        ("a: b\x00c", "1: holds a control character; remove it"),
        ("a: 1\nb: *x", "2: an alias (*) is not supported; write the value itself"),
        ("a: &x 1", "1: an anchor (&) is not supported"),
        ("a: *Steward*", "1: a value that begins with * needs quotes"),
        ("prefixes: [!, x]", "1: a tag (!) is not supported; a value that begins with ! needs quotes"),
        ("a: !!python/object/apply:os.system [ls]", "1: a tag (!) is not supported"),
        ("a: !!binary aGk=", "1: a tag (!) is not supported"),
        ("a: " + "[" * 5000, "1: is nested too deep to be a configuration"),
        ("".join(f"{' ' * depth}a:\n" for depth in range(50)), f"{DEEPEST}: is nested too deep"),
    ],
)  # fmt: skip
def test_what_is_no_yaml_of_ours_is_told_in_plain_words(problems: Problems, text: Any, found: Any) -> None:
    assert [line.startswith(f"config.yaml:{found}") for line in problems(text)] == [True]


def test_an_alias_bomb_is_refused_and_not_expanded(problems: Problems) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    found = problems(bomb)
    assert found[0].startswith("config.yaml:1: an anchor (&) is not supported")
    assert found[-1].startswith("config.yaml:30: an alias (*) is not supported")


def test_a_file_that_isnt_there_is_told_with_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "none.yaml", {}, env={})
    path = tmp_path / "none.yaml"
    assert caught.value.problems == (f"no configuration at {path}; say where it is: `steward run --config PATH`",)


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r": is a folder; name the file in it, such as config\.yaml$"):
        load(tmp_path, {}, env={})


def test_a_path_through_a_file_is_told_too(write: Write) -> None:
    with pytest.raises(ConfigError, match="can't be read: Not a directory"):
        load(write(BASE) / "config.yaml", {}, env={})


@pytest.fixture
def nobody() -> Iterator[None]:
    """Not root, who may read everything."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    yield
    os.seteuid(before)


def test_a_file_that_may_not_be_read_is_told(write: Write, request: pytest.FixtureRequest) -> None:
    path = write(BASE)
    path.chmod(0)
    request.getfixturevalue("nobody")
    with pytest.raises(ConfigError, match="can't be read: Permission denied"):
        load(path, {}, env={})


@pytest.mark.parametrize("raw", [b"a: b\nc: \xff\n", "a: b\nc: d\n".encode("utf-16")])
def test_what_is_not_utf_8_is_told_with_its_line(problems: Problems, raw: Any) -> None:
    (found,) = problems(raw)
    assert found.startswith("config.yaml: is not UTF-8 text (line ")


def test_the_mark_that_some_editors_put_at_the_beginning_does_no_harm(loaded: Loaded) -> None:
    assert loaded("\ufeff" + BASE) == loaded(BASE)


def test_a_huge_file_is_refused_before_it_is_parsed(problems: Problems) -> None:
    assert problems("#" * (LARGEST + 1)) == ["config.yaml: is larger than 1024 KiB; that can't be a configuration"]


# Overlays


def test_an_overlay_merges_mappings_and_replaces_lists(loaded: Loaded, write: Write) -> None:
    over = write('profile: {avatar: a.png}\nrooms: [{room: "#c:d.org", name: c}]\nsample: {share: 0.7}\n', "over.yaml")
    config = loaded(BASE + ROOM + "profile: {name: Ada}\nsample: {grace: 5s}\n", overlay=over)
    assert (config.profile.name, config.profile.avatar) == ("Ada", Path("a.png"))
    assert [room.name for room in config.rooms] == ["c"]
    assert config.sections["sample"] == Sample(grace=timedelta(seconds=5), share=0.7)


def test_an_overlay_takes_a_value_away_with_nothing(loaded: Loaded) -> None:
    config = loaded(BASE, overlay={"homeserver": {"password": None, "token": "t"}})
    assert config.homeserver.password is None
    assert config.homeserver.token.get_secret_value() == "t"


def test_an_overlay_comes_before_secrets_are_looked_for(loaded: Loaded) -> None:
    config = loaded(BASE, env={}, overlay={"homeserver": {"password": "in the demo"}})
    assert config.homeserver.password.get_secret_value() == "in the demo"


@pytest.mark.parametrize("secret", [SECRET, SecretStr(SECRET), "${PASSWORD}"])
def test_an_overlay_from_the_program_may_carry_secrets(loaded: Loaded, tmp_path: Path, secret: Any) -> None:
    over = {"homeserver": {"password": secret}, "storage": {"folder": tmp_path}, "roles": {"admin": ("@a:b.org",)}}
    config = loaded(BASE, overlay=over)
    assert config.homeserver.password.get_secret_value() == SECRET
    assert config.storage.folder == tmp_path
    assert SECRET not in repr(config)


def test_an_overlay_file_may_not_carry_secrets(problems: Problems, write: Write) -> None:
    (found,) = problems(BASE, overlay=write(f"homeserver:\n  password: {SECRET}\n", "over.yaml"))
    assert found.startswith("over.yaml:2: homeserver.password: a secret must not stand in this file")
    assert SECRET not in found


def test_an_overlays_secret_files_are_looked_for_beside_it(loaded: Loaded, write: Write, tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    write(SECRET, "etc/secret")
    over = write("homeserver: {password: 'file:secret'}", "etc/over.yaml")
    assert loaded(BASE, overlay=over).homeserver.password.get_secret_value() == SECRET


def test_errors_name_the_file_that_they_stand_in(problems: Problems, write: Write) -> None:
    over = write("homeserver:\n  url: x\nrooms:\n  - nam: a\n", "over.yaml")
    assert [line.split(": ")[:2] for line in problems(BASE + "zzz: 1\n", overlay=over)] == [
        [f"config.yaml:{NEXT}", "zzz"],
        ["over.yaml:2", "homeserver.url"],
        ["over.yaml:4", "rooms[1].room"],
        ["over.yaml:4", "rooms[1].name"],
        ["over.yaml:4", "rooms[1].nam"],
    ]


def test_errors_in_an_overlay_from_the_program_say_so(problems: Problems) -> None:
    (found,) = problems(BASE, overlay={"profile": {"nam": "x"}})
    assert found == 'overlay: profile.nam: unknown key; did you mean "name"?'


def test_broken_files_are_told_together(problems: Problems, write: Write) -> None:
    found = problems("a: 'x", overlay=write("b: @", "over.yaml"))
    assert [line.split(": ")[0] for line in found] == ["config.yaml:1", "over.yaml:1"]


def test_what_never_logs_in_needs_no_secret(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text((ROOT / "config.yaml").read_text())

    assert load(path, SECTIONS, env={}, secrets=False).community.name == "Social.coop"
