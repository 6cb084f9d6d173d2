"""Cross-signing, which nio doesn't know: without it, strict clients neither send us keys nor read what we say.

Three keys are made at first login: the master key signs the other two, the self-signing key signs our device, and the
user-signing key waits for the day on which we verify somebody. Private parts are kept encrypted, here and in the
account's secret storage. See the client-server specification, "Cross-signing".
"""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nio import Api as NioApi

from bot.errors import CryptoError
from bot.files import write_private
from bot.matrix import wire
from bot.matrix.api import Api, Denied, NeedsProof, path
from bot.matrix.crypto import recovery
from bot.matrix.crypto.secret_storage import SecretStorage
from bot.matrix.session import Session

log = structlog.get_logger()

FILE = "cross-signing.key"
USAGES = ("master", "self_signing", "user_signing")


@dataclass(frozen=True, slots=True)
class Keys:
    """The three private keys, by usage."""

    private: dict[str, Ed25519PrivateKey]

    def public(self, usage: str) -> str:
        """A public key as Matrix writes it."""
        return _base64(self.private[usage].public_key().public_bytes_raw())

    @property
    def raw(self) -> dict[str, bytes]:
        """The private keys as bytes."""
        return {usage: key.private_bytes_raw() for usage, key in self.private.items()}


def load(folder: Path, store_key: str) -> Keys | None:
    """The keys that were kept, if any."""
    file = folder / FILE
    if not file.exists():
        return None
    try:
        kept = json.loads(_fernet(store_key).decrypt(file.read_bytes()))
    except InvalidToken as error:
        raise CryptoError(f"{file} doesn't open with this store key. Put the right one into `storage.key`.") from error
    return Keys({usage: Ed25519PrivateKey.from_private_bytes(base64.b64decode(kept[usage])) for usage in USAGES})


def create(folder: Path, store_key: str) -> Keys:
    """Make keys and keep them, before anybody hears of them."""
    return keep(folder, store_key, Keys({usage: Ed25519PrivateKey.generate() for usage in USAGES}))


def keep(folder: Path, store_key: str, keys: Keys) -> Keys:
    """Keep these keys, in place of any before."""
    kept = {usage: base64.b64encode(raw).decode() for usage, raw in keys.raw.items()}
    write_private(folder / FILE, _fernet(store_key).encrypt(json.dumps(kept).encode()))
    return keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Where the private keys are kept, and what proves to the homeserver that we may have them.

    `renew`: make new ones where the homeserver has some that we don't hold. `recovery_key`: fetch those, rather.
    """

    folder: Path
    store_key: str
    password: str | None
    renew: bool = False
    recovery_key: bytes | None = None


async def ensure(api: Api, who: Session, identity: Identity) -> None:
    """Have our keys on the homeserver and our device signed with them. Does nothing when that is so already."""
    published = await api.call("POST", path("keys", "query"), {"device_keys": {who.user: []}})
    keys, theirs = load(identity.folder, identity.store_key), _public(published, "master", who.user)
    held = keys is not None and keys.public("master") == theirs
    if theirs is not None and not held and not identity.renew:
        keys, held = await _restored(SecretStorage(api, who.user), identity, published), True
    replaces = theirs is not None and not held
    if keys is None or replaces:
        keys = create(identity.folder, identity.store_key)
    if not held:
        await _publish(api, who.user, keys, identity.password)
    await _sign_device(api, who, keys, published)
    await recovery.keep_safe(
        *(SecretStorage(api, who.user), identity.folder, keys.raw), given=identity.recovery_key, replace=replaces
    )


async def _restored(storage: SecretStorage, identity: Identity, published: dict[str, Any]) -> Keys:
    """The keys from secret storage, once they are known to be those that the homeserver shows to everyone."""
    user = storage.user
    if identity.recovery_key is None:
        raise CryptoError(
            f"{user} has cross-signing keys that this bot doesn't hold, so its device can't be signed. Put its "
            f"recovery key into `homeserver.recovery_key`; or restore {FILE} from a backup; or run once with "
            "--new-identity, after which people who verified the bot have to do so again."
        )
    private = await recovery.restore(storage, identity.recovery_key, USAGES)
    keys = Keys({usage: Ed25519PrivateKey.from_private_bytes(raw) for usage, raw in private.items()})
    if any(keys.public(usage) != _public(published, usage, user) for usage in USAGES):
        raise CryptoError(
            f"The signing keys in the homeserver's secret storage are not those that {user} has now. Run once with "
            "--new-identity, after which people who verified the bot have to do so again."
        )
    log.info("cross_signing_restored", user=user)
    return keep(identity.folder, identity.store_key, keys)


def _public(published: dict[str, Any], usage: str, user: str) -> str | None:
    keys = wire.mapping(wire.mapping(wire.mapping(published, f"{usage}_keys"), user), "keys")
    return next(iter(keys.values()), None)


async def _publish(api: Api, user: str, keys: Keys, password: str | None) -> None:
    """Upload the public keys, proving who we are if the homeserver asks for it."""
    body = {f"{usage}_key": _public_key(keys, user, usage) for usage in USAGES}
    where = path("keys", "device_signing", "upload")
    try:
        await api.call("POST", where, body)
    except Denied as denied:
        raise CryptoError(
            "The homeserver refuses our cross-signing keys; encrypted chats with strict clients won't work. "
            f"It said: {denied}"
        ) from denied
    except NeedsProof as asked:
        await api.call("POST", where, body | {"auth": _proof(asked, user, password)})
    log.info("cross_signing_published", user=user)


def _proof(asked: NeedsProof, user: str, password: str | None) -> dict[str, Any]:
    if not password or "m.login.password" not in asked.stages:
        raise CryptoError(
            "The homeserver wants proof before it takes cross-signing keys, and the bot has no password to give. "
            "Allow the reset in the account's web page, or configure the password for one start."
        )
    who = {"type": "m.id.user", "user": user}
    return {"type": "m.login.password", "identifier": who, "password": password, "session": asked.session}


def _public_key(keys: Keys, user: str, usage: str) -> dict[str, Any]:
    public = keys.public(usage)
    content = {"user_id": user, "usage": [usage], "keys": {f"ed25519:{public}": public}}
    return content if usage == "master" else signed(content, user, keys, "master")


async def _sign_device(api: Api, who: Session, keys: Keys, published: dict[str, Any]) -> None:
    user, device = who.user, who.device
    ours = published["device_keys"][user][device]
    key_id = f"ed25519:{keys.public('self_signing')}"
    if key_id in ours.get("signatures", {}).get(user, {}):
        return
    answer = await api.call(
        "POST", path("keys", "signatures", "upload"), {user: {device: signed(ours, user, keys, "self_signing")}}
    )
    if answer.get("failures"):
        raise CryptoError(f"The homeserver refused the signature of our device: {answer['failures']}")
    log.info("device_cross_signed", user=user, device=device)


def signed(content: dict[str, Any], user: str, keys: Keys, usage: str) -> dict[str, Any]:
    """The object with one more signature, over its canonical form without signatures and `unsigned`."""
    bare = {key: value for key, value in content.items() if key not in {"signatures", "unsigned"}}
    signature = _base64(keys.private[usage].sign(NioApi.to_canonical_json(bare).encode()))
    present = content.get("signatures", {})
    ours = {**present.get(user, {}), f"ed25519:{keys.public(usage)}": signature}
    return {**bare, "signatures": {**present, user: ours}}


def _fernet(store_key: str) -> Fernet:
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"steward cross-signing").derive(store_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")
