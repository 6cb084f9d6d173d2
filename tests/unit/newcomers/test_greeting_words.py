"""What newcomers read: our own words, and a community's template."""

from dataclasses import replace

import pytest

from bot.errors import ConfigError
from bot.handler import Chatroom
from bot.matrix import render
from bot.ports import RoomInfo
from handlers.newcomers import opened
from handlers.newcomers.desk import Desk
from handlers.newcomers.settings import Settings
from handlers.newcomers.welcome import template
from handlers.newcomers.welcome.template import greeting, listed, person_link
from tests.support.fakes import PLACE, FakeRooms, ports

CHAT = RoomInfo(id="!chat:x.org", name="chat", alias="#chat:x.org", welcome="room")
HALL = replace(
    PLACE,
    chatrooms=(
        Chatroom(name="chat", room="#chat:x.org", about="all that has to do with the co-op"),
        Chatroom(name="tech", room="#tech:x.org", about="when something doesn't work"),
        Chatroom(name="staff", room="#staff:x.org"),
    ),
)
STEPS = {"steps": ({"name": "one", "title": {"en": "One"}, "text": {"en": "One."}},)}
HOSTILE = "@**x**](https://evil.example)<b>\u202e:x.org"


def said(*people, place=HALL, info=CHAT, rooms=None, **settings) -> str:
    """The greeting."""
    desk = Desk(settings=Settings.model_validate(settings), place=place)
    return greeting(desk, ports(rooms=rooms or FakeRooms()), info, people)


def test_our_own_words_say_where_what_for_which_rooms_how_to_ask_and_how_to_be_left_alone():
    assert said("@ana:x.org", "@ben:x.org") == (
        r"Welcome to [chat](https://matrix.to/#/%23chat:x.org), [@ana:x\.org](https://matrix.to/#/@ana:x.org) and "
        r"[@ben:x\.org](https://matrix.to/#/@ben:x.org)! What it is for: all that has to do with the co-op."
        "\n\nOther rooms worth knowing:\n\n"
        "- [tech](https://matrix.to/#/%23tech:x.org): when something doesn't work"
        "\n\n"
        r"I am [@steward:example\.org](https://matrix.to/#/@steward:example.org), a bot. Ask me about Social\.coop: "
        "mention me, or write to me in private. If you want me to leave you alone, say `!optout`."
    )


def test_the_walk_is_offered_where_there_is_one_and_a_form():
    assert "`!join`" in said("@ana:x.org", place=replace(HALL, registration_form="https://x.org/form"), guide=STEPS)
    assert "`!join`" not in said("@ana:x.org", guide=STEPS)
    assert "`!join`" not in said("@ana:x.org", place=replace(HALL, registration_form="https://x.org/form"))


def test_without_other_rooms_none_are_spoken_of():
    text = said("@ana:x.org", place=PLACE, info=RoomInfo(id="!r:x.org", name="hall"))
    assert text.startswith("Welcome to [hall](https://matrix.to/#/!r:x.org), ")
    assert "worth knowing" not in text
    assert "What it is for" not in text


@pytest.mark.parametrize("whose", [{"control": True}, {"operators": True}])
def test_moderators_are_shown_what_newcomers_read_and_not_welcomed_to_their_own_room(whose):
    text = said(info=RoomInfo(id="!c:x.org", name="control-room", **whose))
    assert text.startswith(r"Welcome to Social\.coop!")
    assert "control-room" not in text


def test_a_room_that_was_upgraded_is_linked_where_it_is_now():
    place = replace(PLACE, chatrooms=(Chatroom(name="tech", room="!old:x.org", about="things"),))
    rooms = FakeRooms(known={"!new:x.org": RoomInfo(id="!new:x.org", name="tech")})
    assert "[tech](https://matrix.to/#/!new:x.org): things" in said("@ana:x.org", place=place, rooms=rooms)


@pytest.mark.parametrize(
    ("count", "begins", "ends"),
    [
        (1, "[@p0:", "x.org)"),
        (10, "[@p0:", "@p9:x.org)"),
        (11, "[@p0:", " and 1 more"),
        (200, "[@p0:", " and 190 more"),
    ],
)
def test_of_very_many_some_are_named(count, begins, ends):
    text = listed([f"@p{number}:x.org" for number in range(count)])
    assert text.startswith(begins)
    assert text.endswith(ends)
    assert text.count("](") == min(count, 10)


def test_in_what_clients_show_people_are_links_and_ids_bring_no_markup():
    content = render.content(said(HOSTILE))
    assert 'evil.example"' not in content["formatted_body"]
    assert "<b>" not in content["formatted_body"]
    assert "<strong>" not in content["formatted_body"]
    assert "\u202e" not in content["formatted_body"] + content["body"]
    assert (
        '<a href="https://matrix.to/#/@ana:x.org">@ana:x.org</a>'
        in render.content(said("@ana:x.org"))["formatted_body"]
    )


def test_a_greeting_fits_into_one_message_whoever_is_greeted():
    people = [f"@{'[ü' * 120}{number}:x.org" for number in range(10)]
    assert len(render.content(said(*people))["formatted_body"]) < 20_000
    assert "…" in person_link(people[0])


# Templates

ALL_OF_IT = (
    "Hi {{ people }}! {{ room }} of {{ community }}.{% for one in rooms %} {{ one.name }}: {{ one.link }} for "
    "{{ one.about }}{% endfor %}. {{ bot }}, `{{ prefix }}join`{% if guide %} and walk{% endif %}"
)


def test_a_template_takes_the_place_of_our_words():
    assert said("@ana:x.org", welcome={"text": ALL_OF_IT}) == (
        r"Hi [@ana:x\.org](https://matrix.to/#/@ana:x.org)! [chat](https://matrix.to/#/%23chat:x.org) of Social\.coop."
        r" tech: [tech](https://matrix.to/#/%23tech:x.org) for when something doesn't work. "
        r"[@steward:example\.org](https://matrix.to/#/@steward:example.org), `!join`"
    )


def test_commands_in_a_template_are_written_as_code_and_shown_as_they_are_typed():
    content = render.content(said("@ana:x.org", welcome={"text": "Say `{{ prefix }}join`."}))
    assert content["formatted_body"] == "<p>Say <code>!join</code>.</p>"
    assert content["body"] == "Say `!join`."


def test_shown_again_it_names_nobody_and_where_there_is_no_room_the_community():
    private = RoomInfo(id="!private:x.org")
    text = "Hi{% if people %} {{ people }}{% endif %}, this is {{ room }}"
    assert said(info=private, welcome={"text": text}) == r"Hi, this is Social\.coop"
    assert said(info=private).startswith(r"Welcome to Social\.coop!")


def test_ids_in_a_template_stay_ids():
    assert said(HOSTILE, welcome={"text": "{{ people }}"}) == str(person_link(HOSTILE))
    # What has gone through a filter is words again.
    assert "](" not in said(HOSTILE, welcome={"text": "{{ people | upper }}"}).replace(r"\]\(", "")


@pytest.mark.parametrize(
    "text", ["{{ rooms[7].link }}", "{{ 1 // (rooms | length - 1) }}", "{% if not rooms %}x{% endif %}"]
)
def test_a_template_that_fails_or_is_silent_in_use_gives_way_to_our_own_words(text):
    # All of them pass where there are as many rooms as in the sample, or say nothing with these.
    assert said("@ana:x.org", welcome={"text": text}).startswith("Welcome to")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Hi\n{{ people", "newcomers.welcome.text, line 2: unexpected end of template"),
        ("Hi\n\n{% if guide %}", "newcomers.welcome.text, line 3: Unexpected end of template."),
        ("Hi\n{{ poeple }}", "newcomers.welcome.text, line 2: there is no 'poeple'; did you mean 'people'?"),
        (
            "{{ name }}",
            "newcomers.welcome.text, line 1: there is no 'name'; there are people, room, rooms, community, prefix",
        ),
        ("{% for one in rooms %}{{ one.nmae }}{% endfor %}", "newcomers.welcome.text: '"),
        ("{{ people.__class__.__mro__ }}", "newcomers.welcome.text: access to attribute '__class__'"),
    ],
)
def test_a_mistake_in_a_template_is_told_with_its_line(text, sentence):
    with pytest.raises(ConfigError) as raised:
        opened(Settings.model_validate({"welcome": {"text": text}}), HALL)
    (problem,) = raised.value.problems
    assert problem.startswith(sentence)


def test_all_mistakes_are_told_at_once():
    welcome = {"text": "{{ poeple }}\n{{ rom }}", "ignore": ("@*bot:*", "helpbot", "*:bridge.org")}
    with pytest.raises(ConfigError) as raised:
        template.check(Settings.model_validate({"welcome": welcome}), HALL)
    assert raised.value.problems == (
        "newcomers.welcome.text, line 1: there is no 'poeple'; did you mean 'people'?",
        "newcomers.welcome.text, line 2: there is no 'rom'; did you mean 'room'?",
        "newcomers.welcome.ignore[2]: 'helpbot' fits nobody, since Matrix ids begin with @",
    )


def test_the_shipped_settings_are_in_order():
    template.check(Settings(), HALL)
