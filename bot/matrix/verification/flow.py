"""One verification as a state machine, pure but for the key pair that it is given.

See the client-server specification, "Key verification framework" and "Short Authentication String (SAS) verification".
The person requests, we are ready, either side starts, the other accepts with a commitment, keys are exchanged, a short
string is made of them, and each side proves its keys with MACs.

We have no eyes: once the short string was said, we confirm it ourselves. So nothing that we learn here counts for
anything. The person's keys are checked, since the protocol wants it, and then neither signed nor remembered: a bot that
confirms on its own can't vouch for anybody. See `docs/decisions/0011-a-bot-that-confirms-by-itself.md`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from bot.matrix import wire
from bot.matrix.verification import sas
from bot.matrix.verification.messages import Message, tied
from bot.matrix.verification.sas import EstablishedSas, Party, Refusal, Sas, ShortString

#: How long a verification may take, and how long one of its steps, in seconds. People may take all of it to compare.
LONGEST, LONGEST_STEP = 600, 120
#: How long we wait for the person's app to start before we do, in seconds.
THEIR_TURN = 10


class Stage(Enum):
    """What is awaited."""

    READY = "that somebody starts"
    STARTED = "that they accept our start"
    ACCEPTED = "their key, since we accepted their start"
    KEYED = "their key, in answer to ours"
    SHOWN = "their MACs"
    PROVED = "that they are done"
    OVER = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One verification. `room` is None from device to device; times are seconds since 1970.

    `ours` and `theirs`: ed25519 keys to prove, by key id. `heard`: what came, by kind. `code`: why it is over; "done"
    when it went well.
    """

    transaction: str
    room: str | None
    us: Party
    them: Party
    ours: Mapping[str, str]
    theirs: Mapping[str, str]
    opened: float
    touched: float
    pair: Sas = field(repr=False)
    stage: Stage = Stage.READY
    start: Mapping[str, Any] = field(default_factory=dict)
    we_started: bool = False
    mac: str = ""
    commitment: str = ""
    shared: EstablishedSas | None = field(default=None, repr=False)
    heard: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""

    @property
    def key(self) -> str:
        """Our public key of this verification."""
        return self.pair.public_key.to_base64()


@dataclass(frozen=True, slots=True)
class Send:
    """A message to the other side: the last word of its type, and its content."""

    kind: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Show:
    """The short string is to be said before what follows is sent."""

    short: ShortString


@dataclass(frozen=True, slots=True)
class Step:
    """How a verification goes on, and what is to be done about it, in order."""

    flow: Flow
    out: tuple[Send | Show, ...] = ()


def ready(flow: Flow) -> Step:
    """Answer a request."""
    return Step(flow, (_send(flow, "ready", {"from_device": flow.us.device, "methods": [sas.METHOD]}),))


def advance(flow: Flow, message: Message, now: float) -> Step:
    """Take in a message of theirs."""
    if flow.stage is Stage.OVER or flow.heard.get(message.kind) == message.content:
        return Step(flow)
    if message.kind == "cancel":
        return Step(replace(flow, stage=Stage.OVER, code=wire.text(message.content.get("code"), 64) or "none given"))
    step = _STEPS.get((flow.stage, message.kind))
    if step is None:
        return cancelled(flow, "m.unexpected_message", f"{message.kind} came, {flow.stage.value} is awaited")
    heard = replace(flow, heard={**flow.heard, message.kind: message.content}, touched=now)
    try:
        return step(heard, message.content)
    except Refusal as refusal:
        return cancelled(flow, refusal.code, str(refusal))
    except ValueError:
        # A key that is none, or text that no JSON can hold.
        return cancelled(flow, "m.invalid_message", f"the {message.kind} can't be read")


def tick(flow: Flow, now: float) -> Step:
    """Time has passed: we start where they don't, and end what takes too long."""
    if flow.stage is Stage.OVER:
        return Step(flow)
    patience = LONGEST if flow.stage is Stage.SHOWN else LONGEST_STEP
    if now - flow.opened > LONGEST or now - flow.touched > patience:
        if flow.stage is Stage.PROVED:
            return Step(replace(flow, stage=Stage.OVER, code="done"))
        return cancelled(flow, "m.timeout", f"{flow.stage.value} was awaited for too long")
    if flow.stage is Stage.READY and now - flow.opened >= THEIR_TURN:
        return _our_start(replace(flow, touched=now))
    return Step(flow)


def cancelled(flow: Flow, code: str, why: str) -> Step:
    """End it, and tell them."""
    over = replace(flow, stage=Stage.OVER, code=code)
    return Step(over, (_send(flow, "cancel", {"code": code, "reason": why}),))


def _send(flow: Flow, kind: str, content: dict[str, Any]) -> Send:
    return Send(kind, tied(content, flow.transaction, flow.room))


def _our_start(flow: Flow) -> Step:
    sent = _send(flow, "start", {"from_device": flow.us.device, **sas.offer()})
    return Step(replace(flow, stage=Stage.STARTED, we_started=True, start=sent.content), (sent,))


def _their_start(flow: Flow, content: dict[str, Any]) -> Step:
    accept = sas.chosen(content)
    if content.get("from_device") != flow.them.device:
        raise Refusal("m.invalid_message", "started from another device")
    accept["commitment"] = sas.commitment(flow.key, content)
    mac = accept["message_authentication_code"]
    flow = replace(flow, stage=Stage.ACCEPTED, we_started=False, start=content, mac=mac)
    return Step(flow, (_send(flow, "accept", accept),))


def _both_started(flow: Flow, content: dict[str, Any]) -> Step:
    """The start of the one who comes first in the alphabet counts, if both want the same."""
    if content.get("method") != sas.METHOD:
        raise Refusal("m.unexpected_message", "we started with another method")
    return Step(flow) if flow.us < flow.them else _their_start(flow, content)


def _their_accept(flow: Flow, content: dict[str, Any]) -> Step:
    mac, commitment = sas.accepted(content)
    flow = replace(flow, stage=Stage.KEYED, mac=mac, commitment=commitment)
    return Step(flow, (_send(flow, "key", {"key": flow.key}),))


def _their_key(flow: Flow, content: dict[str, Any]) -> Step:
    theirs = sas.key(content)
    if flow.we_started and not sas.same(flow.commitment, sas.commitment(theirs.to_base64(), flow.start)):
        raise Refusal("m.mismatched_commitment", "the key isn't the one that was committed to")
    shared = flow.pair.diffie_hellman(theirs)
    given = () if flow.we_started else (_send(flow, "key", {"key": flow.key}),)
    short = sas.short_string(shared, _short_info(flow, theirs.to_base64()))
    proof = sas.macs(shared, flow.mac, flow.ours, _mac_info(flow, flow.us, flow.them))
    flow = replace(flow, stage=Stage.SHOWN, shared=shared)
    return Step(flow, (*given, Show(short), _send(flow, "mac", proof)))


def _their_mac(flow: Flow, content: dict[str, Any]) -> Step:
    assert flow.shared is not None  # noqa: S101 - the stage says so
    sas.prove(content, flow.shared, flow.mac, flow.theirs, _mac_info(flow, flow.them, flow.us))
    flow = replace(flow, stage=Stage.PROVED)
    return Step(flow, (_send(flow, "done", {}),))


def _their_done(flow: Flow, _content: dict[str, Any]) -> Step:
    return Step(replace(flow, stage=Stage.OVER, code="done"))


def _short_info(flow: Flow, their_key: str) -> str:
    sides = [(flow.us, flow.key), (flow.them, their_key)]
    first, second = sides if flow.we_started else sides[::-1]
    parts = [f"{party.user}|{party.device}|{key}" for party, key in (first, second)]
    return "|".join(["MATRIX_KEY_VERIFICATION_SAS", *parts, flow.transaction])


def _mac_info(flow: Flow, of: Party, to: Party) -> str:
    return f"MATRIX_KEY_VERIFICATION_MAC{of.user}{of.device}{to.user}{to.device}{flow.transaction}"


_STEPS: dict[tuple[Stage, str], Callable[[Flow, dict[str, Any]], Step]] = {
    (Stage.READY, "start"): _their_start,
    (Stage.STARTED, "start"): _both_started,
    (Stage.STARTED, "accept"): _their_accept,
    (Stage.ACCEPTED, "key"): _their_key,
    (Stage.KEYED, "key"): _their_key,
    (Stage.SHOWN, "mac"): _their_mac,
    (Stage.PROVED, "done"): _their_done,
}
