"""`!uptime` answers in words and with a picture, in plain rooms and in encrypted chats."""

import base64
import hashlib
import io
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from PIL import Image

from tests.foreign.driver import foreign_client

pytestmark = pytest.mark.homeserver

SECRET = "a-secret-of-this-flow"
SERVICES = [{"name": "mastodon", "title": "Mastodon", "url": "https://social.example"}]


@pytest.fixture
async def measured(bot, person, http, monkeypatch):
    """A bot at work that has been told that Mastodon works, a room, and Ana in it."""
    monkeypatch.setenv("STEWARD_HOOK", SECRET)
    ana = await person("ana")
    room = await ana.create_room()
    hooks = [{"name": "monitor", "format": "generic", "path": "${STEWARD_HOOK}"}]
    web = {"listen": "127.0.0.1:0", "hooks": hooks}
    steward = await bot(rooms=[{"room": room, "name": "tech-chat"}], services=SERVICES, web=web)
    await steward.start()
    port = (await steward.until("web_listening"))["port"]
    body = {"service": "mastodon", "state": "up"}
    async with http.post(f"http://127.0.0.1:{port}/hooks/monitor/{SECRET}", json=body) as answer:
        assert answer.status == 202
    return steward, ana, room


async def uploaded(person: Any, address: str) -> bytes:
    """What the homeserver keeps under this address."""
    server, _, media = address.removeprefix("mxc://").partition("/")
    where = f"{person.url}/_matrix/client/v1/media/download/{server}/{media}"
    async with person.http.get(where, headers={"Authorization": f"Bearer {person.token}"}) as answer:
        assert answer.ok, await answer.text()
        return bytes(await answer.read())


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.translate(str.maketrans("+/", "-_")) + "==")


def opened(secret: bytes, file: dict[str, Any]) -> bytes:
    """What an encrypted attachment holds."""
    assert decoded(file["hashes"]["sha256"]) == hashlib.sha256(secret).digest()
    cipher = Cipher(algorithms.AES(decoded(file["key"]["k"])), modes.CTR(decoded(file["iv"])))
    return cipher.decryptor().update(secret)


def shows_mastodon(words: str, content: dict[str, Any], image: bytes) -> None:
    """Words and picture say the same, and the picture is what its message says."""
    assert words.startswith("The last 24 hours. Mastodon: 100 %. Measured for ")
    assert content["msgtype"] == "m.image"
    assert content["filename"] == "uptime-24h.png"
    assert words.removeprefix("The last 24 hours. ") in content["body"]
    info = content["info"]
    assert (info["mimetype"], info["size"]) == ("image/png", len(image))
    picture = Image.open(io.BytesIO(image))
    assert (picture.format, picture.size) == ("PNG", (info["w"], info["h"]))


async def test_in_a_room_the_picture_can_be_loaded_by_whoever_is_there(measured):
    steward, ana, room = measured
    asked = await ana.say(room, "!uptime mastodon 24h")
    words = (await ana.next_event(room, steward.user))["content"]
    picture = (await ana.next_event(room, steward.user))["content"]

    shows_mastodon(words["body"], picture, await uploaded(ana, picture["url"]))
    assert picture["m.relates_to"] == words["m.relates_to"] == {"m.in_reply_to": {"event_id": asked}}
    assert picture["m.mentions"] == {"user_ids": [ana.user]}


@pytest.mark.foreign
async def test_in_an_encrypted_chat_the_picture_can_be_opened_by_its_readers_alone(homeserver, measured):
    steward, ana, _ = measured
    async with foreign_client(homeserver.url, user=ana.user, password="password", strict=True) as client:
        chat = await client.open_chat(steward.user)
        await client.say(chat, "uptime mastodon 24h")
        words = await client.next_from(chat, steward.user)
        picture = await client.next_from(chat, steward.user)

    assert words["encrypted"]
    assert picture["encrypted"]
    content = picture["content"]
    assert "url" not in content
    secret = await uploaded(ana, content["file"]["url"])
    assert not secret.startswith(b"\x89PNG")
    shows_mastodon(words["body"], content, opened(secret, content["file"]))


async def test_what_is_not_known_is_refused_with_what_to_type(measured):
    steward, ana, room = measured
    await ana.say(room, "!uptime mastodn")
    assert "Did you mean mastodon?" in (await ana.next_event(room, steward.user))["content"]["body"].replace("`", "")
    await ana.say(room, "!uptime mastodon 3y")
    assert "!uptime mastodon 30d" in (await ana.next_event(room, steward.user))["content"]["body"]
