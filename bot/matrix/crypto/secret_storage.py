"""Secrets on the homeserver, locked with the recovery key: how the signing keys outlive the data folder.

Any Matrix app can open them with the same key. See the client-server specification, "Secret storage", algorithm
m.secret_storage.v1.aes-hmac-sha2.
"""

import base64
import binascii
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import CryptoError
from bot.matrix import wire
from bot.matrix.api import Api, Denied, path

ALGORITHM = "m.secret_storage.v1.aes-hmac-sha2"
DEFAULT = "m.secret_storage.default_key"
#: What a key's own description is the encryption of, under no name.
_ZEROES = bytes(32)

Sealed = dict[str, str]


def seal(key: bytes, name: str, secret: bytes) -> Sealed:
    """A secret, encrypted and authenticated under its name."""
    iv = bytearray(secrets.token_bytes(16))
    # Bit 63 is 0, so that counters of 32 and of 64 bits count alike.
    iv[8] &= 0x7F
    return _sealed(key, name, secret, bytes(iv))


def open_sealed(key: bytes, name: str, sealed: dict[str, Any]) -> bytes:
    """The secret. Raises `CryptoError` when the key doesn't fit, or when it isn't what was sealed under this name."""
    iv, ciphertext, mac = (_bytes(sealed.get(part)) for part in ("iv", "ciphertext", "mac"))
    aes_key, mac_key = _keys(key, name)
    if len(iv) != 16 or not hmac.compare_digest(_mac(mac_key, ciphertext), mac):  # noqa: PLR2004 - an AES block
        raise CryptoError("it doesn't open with this key")
    return _crypt(aes_key, iv, ciphertext)


def described(key: bytes) -> dict[str, Any]:
    """What is published of a key: enough to know it again."""
    check = seal(key, "", _ZEROES)
    return {"algorithm": ALGORITHM, "iv": check["iv"], "mac": check["mac"]}


def fits(key: bytes, description: dict[str, Any]) -> bool:
    """Whether this is the key that is described."""
    iv, mac = _bytes(description.get("iv")), _bytes(description.get("mac"))
    if description.get("algorithm") != ALGORITHM or len(iv) != 16:  # noqa: PLR2004 - an AES block
        return False
    return hmac.compare_digest(_bytes(_sealed(key, "", _ZEROES, iv)["mac"]), mac)


@dataclass(frozen=True, slots=True)
class SecretStorage:
    """The account's secrets on the homeserver."""

    api: Api
    user: str

    async def default_key(self) -> str | None:
        """The id of the key that secrets are locked with, if there is one."""
        return wire.identifier((await self._get(DEFAULT)).get("key"))

    async def set_up(self, key: bytes, kept: dict[str, bytes]) -> None:
        """Put these secrets there, by their names, locked with a key that becomes the default at last."""
        key_id = secrets.token_urlsafe(24)
        await self._put(f"m.secret_storage.key.{key_id}", described(key))
        for name, secret in kept.items():
            await self._put(name, {"encrypted": {key_id: seal(key, name, encoded(secret))}})
        await self._put(DEFAULT, {"key": key_id})

    async def fetch(self, key: bytes, names: tuple[str, ...]) -> dict[str, bytes]:
        """These secrets, by name. Raises `CryptoError` when the key isn't theirs or one isn't there."""
        key_id = await self.default_key()
        if key_id is None:
            raise CryptoError("There is no secret storage on the homeserver, so the recovery key opens nothing there.")
        if not fits(key, await self._get(f"m.secret_storage.key.{key_id}")):
            raise CryptoError(
                "The recovery key is not the one that the account's secrets on the homeserver are locked with. Put the "
                "right one into `homeserver.recovery_key`."
            )
        return {name: await self._secret(key, key_id, name) for name in names}

    async def _secret(self, key: bytes, key_id: str, name: str) -> bytes:
        sealed = wire.mapping(wire.mapping(await self._get(name), "encrypted"), key_id)
        try:
            return _bytes(open_sealed(key, name, sealed).decode("ascii"))
        except (CryptoError, UnicodeDecodeError) as error:
            raise CryptoError(
                f"{name} in the homeserver's secret storage can't be opened with the recovery key."
            ) from error

    async def _get(self, name: str) -> dict[str, Any]:
        try:
            return await self.api.call("GET", self._where(name))
        except Denied as denied:
            if denied.status != 404:  # noqa: PLR2004 - Not Found
                raise
            return {}

    async def _put(self, name: str, content: dict[str, Any]) -> None:
        await self.api.call("PUT", self._where(name), content)

    def _where(self, name: str) -> str:
        return path("user", self.user, "account_data", name)


def encoded(raw: bytes) -> bytes:
    """A secret key as it is stored: as text."""
    return _base64(raw).rstrip("=").encode()


def _sealed(key: bytes, name: str, secret: bytes, iv: bytes) -> Sealed:
    aes_key, mac_key = _keys(key, name)
    ciphertext = _crypt(aes_key, iv, secret)
    return {"iv": _base64(iv), "ciphertext": _base64(ciphertext), "mac": _base64(_mac(mac_key, ciphertext))}


def _keys(key: bytes, name: str) -> tuple[bytes, bytes]:
    derived = HKDF(hashes.SHA256(), 64, salt=bytes(32), info=name.encode()).derive(key)
    return derived[:32], derived[32:]


def _crypt(key: bytes, iv: bytes, data: bytes) -> bytes:
    """Encrypt or decrypt: in this mode they are the same."""
    context = Cipher(AES(key), CTR(iv)).encryptor()
    return context.update(data) + context.finalize()


def _mac(key: bytes, ciphertext: bytes) -> bytes:
    return hmac.digest(key, ciphertext, "sha256")


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: Any) -> bytes:
    """What unpadded or padded base64 stands for; nothing for what is none."""
    if not isinstance(text, str):
        return b""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
