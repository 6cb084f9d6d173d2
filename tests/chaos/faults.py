"""What can go wrong between the bot and its homeserver, and at which of its steps."""

from dataclasses import dataclass
from enum import StrEnum

HTML = b"<html><body><h1>Bad Gateway</h1></body></html>"
#: How long a stalled answer takes, in seconds.
STALL = 30.0


class Fault(StrEnum):
    """What becomes of one request. `_LATE`: the homeserver has done what was asked before it goes wrong."""

    RESET = "reset"
    LOST = "answer lost"
    TRUNCATED = "answer truncated"
    GARBAGE = "answer garbled"
    EMPTY = "answer empty"
    BAD_GATEWAY = "502"
    BAD_GATEWAY_LATE = "502 late"
    TIMED_OUT_LATE = "504 late"
    BROKEN = "500"
    LIMITED_HEADER = "429 by header"
    LIMITED_BODY = "429 by body"
    LIMITED_BARE = "429 bare"
    DUPLICATED = "duplicated"
    SOFT_LOGOUT = "401 soft"
    HARD_LOGOUT = "401 hard"
    STALLED = "stalled"
    STALLED_LATE = "stalled late"


#: Faults that strike after the homeserver has done what it was asked.
LATE = {
    *(Fault.LOST, Fault.TRUNCATED, Fault.GARBAGE, Fault.EMPTY, Fault.BAD_GATEWAY_LATE, Fault.TIMED_OUT_LATE),
    *(Fault.DUPLICATED, Fault.STALLED_LATE),
}


class Step(StrEnum):
    """A request of the bot's, by what it is for."""

    SYNC = "sync"
    SEND = "send"
    STATE = "state"
    MEMBERS = "members"
    KEYS = "keys"
    TO_DEVICE = "to device"
    MESSAGES = "messages"
    LOGIN = "login"
    OTHER = "other"


def step_of(method: str, path: str) -> Step:
    """What a request is for."""
    match method, path.split("/")[4:]:
        case "GET", ["sync"]:
            return Step.SYNC
        case "PUT", ["rooms", _, "send", *_]:
            return Step.SEND
        case "GET", ["rooms", _, "state", *_]:
            return Step.STATE
        case "GET", ["rooms", _, "members" | "joined_members"]:
            return Step.MEMBERS
        case "GET", ["rooms", _, "messages"]:
            return Step.MESSAGES
        case "PUT", ["sendToDevice", *_]:
            return Step.TO_DEVICE
        case _, ["keys", *_]:
            return Step.KEYS
        case "POST", ["login"]:
            return Step.LOGIN
        case _:
            return Step.OTHER


@dataclass(frozen=True, slots=True)
class Trap:
    """A fault that waits for the `nth` request of a step, counted from 1."""

    fault: Fault
    step: Step
    nth: int = 1
