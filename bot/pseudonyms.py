"""What stands for people whose ids are not to be kept: a keyed hash. Pure."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

#: So that the key is no other's: the same secret opens the crypto store.
_PURPOSE = b"coop.steward.pseudonym"


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Gives each person theirs: 64 hexadecimal digits, always the same under one key."""

    key: bytes = field(repr=False)

    @classmethod
    def from_key(cls, secret: str) -> "Pseudonyms":
        """With a key of its own, made from the bot's secret one."""
        return cls(hmac.digest(secret.encode(), _PURPOSE, "sha256"))

    @classmethod
    def passing(cls) -> "Pseudonyms":
        """With a key that goes with the process."""
        return cls(secrets.token_bytes(32))

    def __call__(self, person: str) -> str:
        """This person's. Ids are compared as they are written."""
        return hmac.new(self.key, person.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
