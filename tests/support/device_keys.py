"""A device with keys, so that the bot shares its rooms' keys with it. Nobody ever reads what comes."""

import json
from typing import Any

import vodozemac

from tests.support.person import Person

ALGORITHMS = ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"]
ONE_TIME_KEYS = 20


async def give_keys(person: Person) -> None:
    """Upload a device's keys and some one-time keys for where this person is logged in."""
    device = (await person.call("GET", "/account/whoami"))["device_id"]
    account = vodozemac.Account()
    keys = {
        f"curve25519:{device}": account.curve25519_key.to_base64(),
        f"ed25519:{device}": account.ed25519_key.to_base64(),
    }
    about = {"user_id": person.user, "device_id": device, "algorithms": ALGORITHMS, "keys": keys}
    account.generate_one_time_keys(ONE_TIME_KEYS)
    one_time = {
        f"signed_curve25519:{name}": signed({"key": key.to_base64()}, account, person.user, device)
        for name, key in account.one_time_keys.items()
    }
    body = {"device_keys": signed(about, account, person.user, device), "one_time_keys": one_time}
    await person.call("POST", "/keys/upload", body)


def signed(content: dict[str, Any], account: vodozemac.Account, user: str, device: str) -> dict[str, Any]:
    """The object with the device's signature over its canonical form."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {**content, "signatures": {user: {f"ed25519:{device}": account.sign(canonical.encode()).to_base64()}}}
