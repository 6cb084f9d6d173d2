"""A person's app in a verification, as far as a test needs one: it calculates with the specification's own words."""

import base64
import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Any

import vodozemac

from bot.matrix.verification.flow import Flow, Send, Show, Step, advance
from bot.matrix.verification.messages import Message, tied
from bot.matrix.verification.sas import Party, ShortString

BOT, ANA = Party("@steward:example.org", "BOTDEVICE"), Party("@ana:example.org", "ANASPHONE")
TRANSACTION, CHAT = "$request", "!chat:example.org"
BOT_KEYS = {"ed25519:BOTDEVICE": "bots+device+key", "ed25519:bots+master": "bots+master"}
ANA_KEYS = {"ed25519:ANASPHONE": "anas+device+key", "ed25519:anas+master": "anas+master"}
NOW = 1000.0

OFFER = {
    "from_device": ANA.device,
    "method": "m.sas.v1",
    "hashes": ["sha256"],
    "key_agreement_protocols": ["curve25519-hkdf-sha256", "curve25519"],
    "message_authentication_codes": ["hkdf-hmac-sha256.v2", "hkdf-hmac-sha256"],
    "short_authentication_string": ["decimal", "emoji"],
}


def flow(**changes: Any) -> Flow:
    """A verification in a room that was just answered."""
    plain = Flow(
        transaction=TRANSACTION,
        room=CHAT,
        us=BOT,
        them=ANA,
        ours=BOT_KEYS,
        theirs=ANA_KEYS,
        opened=NOW,
        touched=NOW,
        pair=vodozemac.Sas(),
    )
    return replace(plain, **changes)


def message(kind: str, content: dict[str, Any], room: str | None = CHAT) -> Message:
    """A message of Ana's."""
    whole = tied(content, TRANSACTION, room)
    return Message(kind=kind, sender=ANA.user, transaction=TRANSACTION, content=whole, room=room)


@dataclass
class App:
    """Ana's app. `at` is where the bot stands; `sent` is what it sent, `shown` what it has said."""

    at: Flow = field(default_factory=flow)
    now: float = NOW
    pair: vodozemac.Sas = field(default_factory=vodozemac.Sas)
    shared: Any = None
    sent: list[Send] = field(default_factory=list)
    shown: ShortString | None = None
    start: dict[str, Any] = field(default_factory=dict)
    starter: Party = ANA

    @property
    def key(self) -> str:
        return self.pair.public_key.to_base64()

    def says(self, kind: str, content: dict[str, Any]) -> list[str]:
        """Tell the bot something; what it sends, by kind."""
        said = message(kind, content, self.at.room)
        if kind == "start":
            self.start = said.content
        return self.follows(advance(self.at, said, self.now))

    def follows(self, step: Step) -> list[str]:
        self.at = step.flow
        sent = [one for one in step.out if isinstance(one, Send)]
        self.sent += sent
        self.shown = next((one.short for one in step.out if isinstance(one, Show)), self.shown)
        return [one.kind for one in sent]

    def heard(self, kind: str) -> dict[str, Any]:
        """The last message of this kind from the bot."""
        return next(one.content for one in reversed(self.sent) if one.kind == kind)

    def agrees(self) -> None:
        """Make the secret of the bot's key."""
        self.shared = self.pair.diffie_hellman(vodozemac.Curve25519PublicKey.from_base64(self.heard("key")["key"]))

    def sees(self) -> tuple[list[int], tuple[int, int, int]]:
        """What Ana sees: the emoji's numbers, and the numbers."""
        ana = f"{ANA.user}|{ANA.device}|{self.key}"
        bot = f"{BOT.user}|{BOT.device}|{self.heard('key')['key']}"
        first, second = (ana, bot) if self.starter == ANA else (bot, ana)
        short = self.shared.bytes(f"MATRIX_KEY_VERIFICATION_SAS|{first}|{second}|{TRANSACTION}")
        return list(short.emoji_indices), short.decimals

    def mac(self, over: dict[str, str], of: Party = ANA, to: Party = BOT, **changes: Any) -> dict[str, Any]:
        """The MACs that the one proves these keys to the other with."""
        info = f"MATRIX_KEY_VERIFICATION_MAC{of.user}{of.device}{to.user}{to.device}{TRANSACTION}"
        calculate = self.shared.calculate_mac
        macs = {name: calculate(value, info + name) for name, value in over.items()}
        return {"mac": macs, "keys": calculate(",".join(sorted(over)), info + "KEY_IDS"), **changes}

    def commitment(self, start: dict[str, Any]) -> str:
        """What binds Ana's key to the bot's start."""
        text = self.key + json.dumps(start, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")

    def accept(self, **changes: Any) -> dict[str, Any]:
        """Her app's acceptance of the bot's start."""
        return {
            "commitment": self.commitment(self.heard("start")),
            "hash": "sha256",
            "key_agreement_protocol": "curve25519-hkdf-sha256",
            "message_authentication_code": "hkdf-hmac-sha256.v2",
            "short_authentication_string": ["decimal", "emoji"],
            **changes,
        }
