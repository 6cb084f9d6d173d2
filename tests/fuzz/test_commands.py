"""Commands: whatever is written, what is found in it is a command of ours, or none, and what was written."""

from hypothesis import example, given
from hypothesis import strategies as st

from bot.actions import Decision, Nothing
from bot.addressing import Identity, Said, address, without_fallback
from bot.command_line import find, is_anothers
from bot.commands import NEAR, Call, Command, nearest, split
from bot.events import Addressed
from bot.ports import Ports
from tests.support.hostile import fuzzed
from tests.support.house import said

US = "@steward:example.org"
STEWARD = Identity(user_id=US, names=("Steward", "steward"), prefixes=("!", "steward "))
PIECES = st.sampled_from(
    [
        *("Steward", "steward: ", "@", US, "!", "!!", "!help", "help", "faq", "why", " ", "\t", "\n", "\r", "\u00a0"),
        *(
            "\u2003",
            "\u202e",
            "\u200b",
            "\0",
            "> <@ana:example.org> ",
            "> ",
            "🙂",
            "İ",
            "\u017f",
            "\u212a",
            "ß",
            "\ud800",
            ",",
        ),
        *("!" * 300, " " * 300, "Steward" * 50),
    ]
)
TEXTS = st.one_of(st.text(max_size=30), st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=12).map("".join))


async def nothing(_call: Call, _ports: Ports) -> Decision:
    return Nothing("a command of a test")


def command(name: str, **changes: object) -> Command:
    return Command(name=name, usage=name, summary="", example=name, run=nothing, **changes)  # type: ignore[arg-type]


KNOWN = {
    "help": ("moderation", command("help", bare=lambda args: len(args.split()) <= 1)),
    "bot": ("moderation", command("bot")),
    "faq": ("faq", command("faq", bare=lambda args: args.startswith("why"))),
}


@fuzzed(3)
@given(TEXTS)
def test_a_name_is_one_word_and_nothing_of_the_rest_is_lost(text: str) -> None:
    name, args = split(text)
    assert name == "".join(name.split())
    assert args == args.strip()
    assert text.strip().endswith(args)
    words = text.split()
    assert [name, *args.split()] == ([words[0].lower(), *words[1:]] if words else [""])


@fuzzed(3)
@given(text=TEXTS, addressed=st.sampled_from([*Addressed, None]), private=st.booleans())
def test_only_what_is_addressed_to_us_commands(text: str, addressed: Addressed | None, *, private: bool) -> None:
    message = said(text, addressed=addressed, private=private)
    call = find(message, KNOWN)
    if addressed is None:
        assert call is None
    elif addressed is Addressed.PREFIX:
        assert call is not None
    elif call is not None:
        assert call.name in KNOWN
    if call is not None:
        assert (call.name, call.args) == split(text)
    if is_anothers(message, KNOWN):
        assert not private
        assert call is not None
        assert call.name not in KNOWN


@fuzzed(3)
@given(text=TEXTS, quoted=TEXTS.map(lambda text: text.replace("\n", " ")), mentioned=st.booleans())
def test_what_is_quoted_commands_nothing(text: str, quoted: str, *, mentioned: bool) -> None:
    body = f"> <@ana:example.org> {quoted}\n\n{text}"
    said = Said(text=without_fallback(body), mentions=frozenset({US} if mentioned else ()))
    plain = Said(text=text, mentions=said.mentions)
    if not text.startswith((">", "\n")):
        assert address(said, STEWARD) == address(plain, STEWARD)


@fuzzed(3)
@given(name=TEXTS, known=st.lists(st.text(min_size=1, max_size=10), max_size=5, unique=True).map(tuple))
def test_what_was_meant_is_something_known(name: str, known: tuple[str, ...]) -> None:
    meant = nearest(name, known)
    assert meant is None or meant in known
    if name in known:
        assert meant == name
    assert 0 < NEAR < 100


@fuzzed(3)
@given(TEXTS)
@example("!help")
def test_a_message_that_is_a_command_reads_the_same_with_our_name_before_it(text: str) -> None:
    how, words = address(Said(text=text), STEWARD)
    if how is Addressed.PREFIX and text.strip().startswith("!"):
        assert address(Said(text=f"Steward: {text}"), STEWARD) == (how, words)
