"""Encryption at its edges: what a decrypted payload may be, keys on disk, signatures that others can check."""

import base64
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import CryptoError, Exit
from bot.matrix.crypto import cross_signing
from bot.matrix.crypto.machine import believed
from bot.matrix.crypto.store import KEY_FILE, STORE_FILE, open_machine, store_key
from tests.support.fakes import Crash
from tests.support.hostile import JSON, TEXT

US, DEVICE, ROOM = "@steward:example.org", "ABCDEFGHIJ", "!room:example.org"

# What is believed

EVENT: dict[str, Any] = {
    "event_id": "$1",
    "sender": "@ana:example.org",
    "origin_server_ts": 1_700_000_000_000,
    "type": "m.room.encrypted",
    "content": {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "…"},
    "unsigned": {"age": 1},
}


def payload(**changes: Any) -> dict[str, Any]:
    plain = {"type": "m.room.message", "room_id": ROOM, "content": {"msgtype": "m.text", "body": "hi"}}
    return {**plain, **changes}


@pytest.mark.parametrize("kind", ["m.room.message", "m.reaction", "m.sticker"])
def test_a_message_of_this_room_is_believed(kind: str) -> None:
    assert believed(payload(type=kind), ROOM, EVENT) == {
        "event_id": "$1",
        "sender": "@ana:example.org",
        "origin_server_ts": 1_700_000_000_000,
        "type": kind,
        "content": {"msgtype": "m.text", "body": "hi"},
        "encrypted": True,
    }


@pytest.mark.parametrize(
    ("junk", "why"),
    [
        (payload(state_key=""), "never encrypted"),
        (payload(state_key=None), "never encrypted"),
        (payload(state_key="@ana:example.org", type="m.room.member"), "never encrypted"),
        (payload(type="m.room.power_levels"), "never encrypted"),
        (payload(type="m.room.member"), "never encrypted"),
        (payload(type="m.room.redaction"), "never encrypted"),
        (payload(type="m.room.encrypted"), "never encrypted"),
        (payload(type=None), "never encrypted"),
        (payload(room_id="!other:example.org"), "another room"),
        (payload(room_id=None), "another room"),
        ({"type": "m.room.message", "content": {}}, "another room"),
        (payload(content=None), "no event"),
        (payload(content=[]), "no event"),
        ({"type": "m.room.message", "room_id": ROOM}, "no event"),
        (None, "no event"),
        ([], "no event"),
        ("text", "no event"),
        (1, "no event"),
    ],
)
def test_what_is_no_message_of_this_room_is_not_believed(junk: Any, why: str) -> None:
    with pytest.raises(CryptoError, match=why):
        believed(junk, ROOM, EVENT)


def test_only_the_outside_says_who_and_when() -> None:
    claims = payload(sender="@admin:example.org", event_id="$forged", origin_server_ts=1, unsigned={"x": 1})
    event = believed(claims, ROOM, EVENT)
    assert (event["sender"], event["event_id"], event["origin_server_ts"]) == (
        *("@ana:example.org", "$1"),
        1_700_000_000_000,
    )
    assert "unsigned" not in event


@pytest.mark.parametrize(
    ("outside", "inside", "relation"),
    [({"a": 1}, None, {"a": 1}), ({"a": 1}, {"b": 2}, {"b": 2}), (None, {"b": 2}, {"b": 2}), (None, None, None)],
)
def test_what_a_message_relates_to_may_stand_outside(outside: Any, inside: Any, relation: Any) -> None:
    def relating(content: dict[str, Any], to: Any) -> dict[str, Any]:
        return content if to is None else {**content, "m.relates_to": to}

    event = {**EVENT, "content": relating(EVENT["content"], outside)}
    message = believed(payload(content=relating({"body": "hi"}, inside)), ROOM, event)
    assert message["content"].get("m.relates_to") == relation


@given(JSON)
def test_no_payload_is_believed_by_accident(junk: Any) -> None:
    with pytest.raises(CryptoError):
        believed(junk, ROOM, EVENT)


# Cross-signing


KEYS = cross_signing.Keys({usage: Ed25519PrivateKey.generate() for usage in cross_signing.USAGES})


def verify(signed: dict[str, Any], user: str, public: str) -> None:
    """Check a signature as any other client does: over the canonical JSON, without what isn't signed."""
    bare = {key: value for key, value in signed.items() if key not in {"signatures", "unsigned"}}
    canonical = json.dumps(bare, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    signature = signed["signatures"][user][f"ed25519:{public}"]
    Ed25519PublicKey.from_public_bytes(unpadded(public)).verify(unpadded(signature), canonical)


def unpadded(text: str) -> bytes:
    assert "=" not in text
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)


DEVICE_KEYS: dict[str, Any] = {
    "user_id": US,
    "device_id": DEVICE,
    "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
    "keys": {f"curve25519:{DEVICE}": "abc", f"ed25519:{DEVICE}": "def"},
    "signatures": {US: {f"ed25519:{DEVICE}": "its own"}, "@ana:example.org": {"ed25519:x": "another's"}},
    "unsigned": {"device_display_name": "Größe 🌱"},
}


def test_a_signature_can_be_checked_by_others_and_is_added_to_those_there(tmp_path: Path) -> None:
    keys = cross_signing.create(tmp_path, "a store key")
    signed = cross_signing.signed(DEVICE_KEYS, US, keys, "self_signing")
    verify(signed, US, keys.public("self_signing"))
    assert signed["signatures"][US][f"ed25519:{DEVICE}"] == "its own"
    assert signed["signatures"]["@ana:example.org"] == {"ed25519:x": "another's"}
    assert "unsigned" not in signed
    assert DEVICE_KEYS["signatures"][US] == {f"ed25519:{DEVICE}": "its own"}
    with pytest.raises(InvalidSignature):
        verify({**signed, "device_id": "ANOTHER"}, US, keys.public("self_signing"))


def test_each_key_signs_with_itself(tmp_path: Path) -> None:
    keys = cross_signing.create(tmp_path, "a store key")
    assert len({keys.public(usage) for usage in cross_signing.USAGES}) == 3
    for usage in cross_signing.USAGES:
        verify(cross_signing.signed({"a": 1}, US, keys, usage), US, keys.public(usage))


@given(st.dictionaries(TEXT, st.integers(-9, 9) | TEXT | st.none() | st.booleans(), max_size=5))
def test_whatever_is_signed_can_be_checked(content: dict[str, Any]) -> None:
    content.pop("signatures", None)
    verify(cross_signing.signed(content, US, KEYS, "master"), US, KEYS.public("master"))


def test_keys_come_back_from_disk_and_nobody_else_reads_them(tmp_path: Path) -> None:
    assert cross_signing.load(tmp_path, "a store key") is None
    keys = cross_signing.create(tmp_path, "a store key")
    again = cross_signing.load(tmp_path, "a store key")
    assert again is not None
    assert [again.public(usage) for usage in cross_signing.USAGES] == [
        keys.public(usage) for usage in cross_signing.USAGES
    ]
    file = tmp_path / cross_signing.FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for key in keys.private.values():
        assert base64.b64encode(key.private_bytes_raw()) not in file.read_bytes()


@pytest.mark.parametrize("damage", [None, b"", b"garbage", b"\xff" * 40])
def test_the_wrong_store_key_or_a_damaged_file_is_a_sentence(tmp_path: Path, damage: bytes | None) -> None:
    cross_signing.create(tmp_path, "a store key")
    if damage is not None:
        (tmp_path / cross_signing.FILE).write_bytes(damage)
    with pytest.raises(CryptoError, match=r"cross-signing\.key doesn't open with this store key") as error:
        cross_signing.load(tmp_path, "another key")
    assert error.value.exit == Exit.CRYPTO


# The store


def test_a_store_key_is_made_once_and_nobody_else_reads_it(tmp_path: Path) -> None:
    key = store_key(tmp_path, None)
    assert len(key) >= 32
    assert store_key(tmp_path, None) == key
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    other = tmp_path / "other"
    other.mkdir()
    assert store_key(other, None) != key


def test_a_store_key_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(_descriptor: int) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", die)
        with pytest.raises(Crash):
            store_key(tmp_path, None)
    assert len(store_key(tmp_path, None)) >= 32


def test_a_store_whose_key_is_missing_gets_no_new_one(tmp_path: Path) -> None:
    open_machine(US, DEVICE, tmp_path, store_key(tmp_path, None))
    (tmp_path / KEY_FILE).unlink()
    with pytest.raises(CryptoError, match=r"store\.key is missing, and crypto\.db opens with nothing else"):
        store_key(tmp_path, None)
    assert not (tmp_path / KEY_FILE).exists()


def test_a_configured_key_wins_and_is_not_written_down(tmp_path: Path) -> None:
    assert store_key(tmp_path, "configured") == "configured"
    assert list(tmp_path.iterdir()) == []
    made = store_key(tmp_path, None)
    assert store_key(tmp_path, "configured") == "configured"
    assert store_key(tmp_path, None) == made


def test_a_key_that_was_written_by_hand_may_end_in_a_line_break(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("by hand\n")
    assert store_key(tmp_path, None) == "by hand"


def test_a_device_keeps_its_identity_and_its_file_is_its_own(tmp_path: Path) -> None:
    first = open_machine(US, DEVICE, tmp_path, "a store key").account.identity_keys
    assert open_machine(US, DEVICE, tmp_path, "a store key").account.identity_keys == first
    assert stat.S_IMODE((tmp_path / STORE_FILE).stat().st_mode) == 0o600


def test_the_wrong_key_for_the_store_is_a_sentence(tmp_path: Path) -> None:
    open_machine(US, DEVICE, tmp_path, "a store key")
    with pytest.raises(CryptoError, match=r"crypto\.db don't open with this store key.*`storage.key`"):
        open_machine(US, DEVICE, tmp_path, "another key")
