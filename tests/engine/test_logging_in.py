"""Logging in again after a soft logout: as the same device, and however often the login is put off."""

from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.errors import LoginFailed, TryLater
from bot.matrix import session
from bot.matrix.api import Api, LoggedOut
from bot.matrix.session import Credentials, Session

US = "@steward:example.org"
WHO = Credentials(user=US, password="secret", token=None, device_name="Steward")
NEW = {"user_id": US, "device_id": "DEVICE", "access_token": "new"}


@pytest.fixture
def logins() -> list[web.Response]:
    """The homeserver's answers to logins, in order."""
    return []


@pytest.fixture
async def api(logins):
    """The line to a homeserver that has logged us out softly."""

    async def handle(request: web.Request) -> web.Response:
        if request.path.endswith("/login"):
            assert "Authorization" not in request.headers
            answer: web.Response = logins.pop(0)
            return answer
        if request.headers.get("Authorization") == "Bearer old":
            return web.json_response({"errcode": "M_UNKNOWN_TOKEN", "soft_logout": True}, status=401)
        return web.json_response({"errcode": "M_MISSING_TOKEN"}, status=401)

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as http:
        made = Api(f"http://127.0.0.1:{runner.addresses[0][1]}", http)
        made.token = "old"
        yield made
    await runner.cleanup()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    session.save(tmp_path / "session.json", Session(user=US, device="DEVICE", token="old"))
    return tmp_path / "session.json"


@pytest.mark.parametrize(
    ("status", "body"),
    [(429, {"errcode": "M_LIMIT_EXCEEDED"}), (502, {}), (200, {}), (200, {"user_id": US})],
    ids=repr,
)
async def test_a_login_that_is_put_off_leaves_us_softly_logged_out(api, logins, file, status, body) -> None:
    logins.append(web.json_response(body, status=status))
    with pytest.raises(TryLater):
        await session.log_in_again(api, file, WHO)
    api.line.answered()
    with pytest.raises(LoggedOut) as out:
        await api.call("GET", "/sync")
    assert out.value.soft, "else the bot would take it for good, and end"

    logins.append(web.json_response(NEW))
    who = await session.log_in_again(api, file, WHO)
    assert (who.device, who.token) == ("DEVICE", "new")


async def test_a_wrong_password_is_for_a_person_to_see(api, logins, file) -> None:
    logins.append(web.json_response({"errcode": "M_FORBIDDEN"}, status=403))
    with pytest.raises(LoginFailed, match="password"):
        await session.log_in_again(api, file, WHO)
