"""Which requests are answered at all, and how: pure. Whoever gets no verification gets one word, and never a second."""

from dataclasses import dataclass, field

from bot.matrix import wire
from bot.matrix.verification import sas
from bot.matrix.verification.messages import Message
from bot.roles import Role

#: A request that is older than this, or further in the future, is ignored, in seconds.
OLDEST, FURTHEST = 600, 300
#: Verifications at once.
MOST_FLOWS = 5
#: What one person may ask, and how often strangers are refused, within a `WINDOW` of seconds.
REQUESTS_EACH, REFUSALS, WINDOW = 5, 20, 600


@dataclass(slots=True)
class Budget:
    """At most `most` of something for each name within `WINDOW` seconds."""

    most: int
    spent: dict[str, list[float]] = field(default_factory=dict)

    def take(self, name: str, now: float) -> bool:
        """Whether one more is allowed; if so, it is spent."""
        self.spent = {one: at for one, times in self.spent.items() if (at := [t for t in times if now - t < WINDOW])}
        times = self.spent.setdefault(name, [])
        if len(times) >= self.most:
            return False
        times.append(now)
        return True


def ignored(request: Message, us: str, now: float, *, private: bool) -> str:
    """Why this request gets no answer whatever, or nothing. `private`: it came in a private chat.

    Others of the account's devices may know a method that we don't, so that is no reason to refuse.
    """
    if request.sender == us:
        return "from our own account"
    if request.room is not None and not private:
        return "not in a private chat"
    if request.device is None:
        return "it names no device"
    if request.kind == "request" and sas.METHOD not in wire.listed(request.content, "methods"):
        return "no method in common"
    if request.kind == "request" and (request.at is None or not -FURTHEST <= now - request.at <= OLDEST):
        return "too old"
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of whoever asks: their role, whether they are at it already, and how many others are."""

    role: Role
    device_known: bool
    flows: int


def refused(standing: Standing) -> str:
    """Why the person is told no, or nothing."""
    if standing.role < Role.MODERATOR:
        return "Only moderators can verify me."
    if standing.flows >= MOST_FLOWS:
        return "Too many people are verifying me. Please try again in ten minutes."
    if not standing.device_known:
        return "Your device isn't known to its homeserver."
    return ""
