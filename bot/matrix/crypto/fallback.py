"""The fallback key, which nio doesn't know: what others encrypt to when our one-time keys are used up.

A homeserver hands it out any number of times and then says that it was used; then it gets a new one. See the
client-server specification, "One-time and fallback keys".
"""

from typing import Any

from nio.crypto import Olm

from bot.matrix import wire

KIND = "signed_curve25519"


def wanted(sync: dict[str, Any]) -> bool:
    """Whether this sync says that the homeserver has no unused one of ours."""
    unused = sync.get("device_unused_fallback_key_types")
    return isinstance(unused, list) and KIND not in wire.listed(sync, "device_unused_fallback_key_types")


def make(olm: Olm) -> dict[str, Any]:
    """A new fallback key, signed, as it is uploaded. The one before it can still be used."""
    account = olm.account._account  # noqa: SLF001 - vodozemac's account, which nio wraps without this
    if not account.fallback_key:
        account.generate_fallback_key()
    (key_id, public), *_ = account.fallback_key.items()
    key = {"key": public.to_base64(), "fallback": True}
    signature = olm.sign_json(key)
    return {f"{KIND}:{key_id}": {**key, "signatures": {olm.user_id: {f"ed25519:{olm.device_id}": signature}}}}
