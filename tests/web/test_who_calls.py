"""Authentication of hooks: each kind of proof, right, wrong, with two secrets, forged, replayed."""

import base64
import hashlib
import hmac
from typing import Any

import pytest

from bot.web.auth import WINDOW, Accepted, Basic, Bearer, Call, InPath, Proof, Rejected, Signed, check
from tests.support.fakes import START, FakeClock
from tests.support.house import on_any_database

OLD, NEW, OTHER = "the old secret, long enough", "the new secret, long enough", "another secret altogether"
SIGNATURE, TIME = "X-Grafana-Alerting-Signature", "X-Grafana-Alerting-Timestamp"
BODY = b'{"status": "firing"}'
NOW = START.timestamp()


def signed(body: bytes, secret: str = OLD, time: str | None = None) -> str:
    """As Grafana does it."""
    text = body if time is None else time.encode() + b":" + body
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def both(kind: type[Any], prefix: str = "", **more: Any) -> Any:
    """A proof with two secrets."""
    return kind(secrets=(f"{prefix}{OLD}".encode(), f"{prefix}{NEW}".encode()), **more)


BEARER, PATH, BASIC = both(Bearer), both(InPath), both(Basic, "kuma:")
HMAC = both(Signed, header=SIGNATURE)
TIMED = both(Signed, header=SIGNATURE, timestamp_header=TIME)


def call(headers: dict[str, str] | None = None, path: str = "", body: bytes = BODY) -> Call:
    return Call(headers=headers or {}, path=path, body=body, at=NOW)


def authorized(text: str) -> Call:
    return call({"Authorization": text})


RIGHT = [
    (BEARER, authorized(f"Bearer {OLD}")),
    (BEARER, authorized(f"Bearer {NEW}")),
    (BEARER, authorized(f"bearer  {NEW}")),
    (PATH, call(path=OLD)),
    (PATH, call(path=NEW)),
    (BASIC, authorized(basic("kuma", OLD))),
    (BASIC, authorized(basic("kuma", NEW))),
    (HMAC, call({SIGNATURE: signed(BODY)})),
    (HMAC, call({SIGNATURE: signed(BODY, NEW)})),
    (HMAC, call({SIGNATURE: "sha256=" + signed(BODY)})),
    (HMAC, call({SIGNATURE: signed(BODY).upper()})),
    (HMAC, call({SIGNATURE: signed(b"")}, body=b"")),
    (HMAC, call({SIGNATURE: signed(b"\xff\0")}, body=b"\xff\0")),
]

WRONG = [
    (BEARER, call()),
    (BEARER, authorized("")),
    (BEARER, authorized("Bearer")),
    (BEARER, authorized("Bearer ")),
    (BEARER, authorized(OLD)),
    (BEARER, authorized(f"Bearer {OTHER}")),
    (BEARER, authorized(f"Bearer {OLD[:-1]}")),
    (BEARER, authorized(f"Bearer {OLD}{NEW}")),
    (BEARER, authorized(f"Basic {OLD}")),
    (BEARER, authorized("Bearer \udcff\udcfe")),
    (BEARER, call(path=OLD)),
    (PATH, call()),
    (PATH, call(path=OTHER)),
    (PATH, authorized(f"Bearer {OLD}")),
    (BASIC, call()),
    (BASIC, authorized(basic("kuma", OTHER))),
    (BASIC, authorized(basic("someone", OLD))),
    (BASIC, authorized(basic("", ""))),
    (BASIC, authorized("Basic not base64!")),
    (BASIC, authorized("Basic é")),
    (BASIC, authorized(f"Bearer kuma:{OLD}")),
    (HMAC, call()),
    (HMAC, call({SIGNATURE: ""})),
    (HMAC, call({SIGNATURE: signed(BODY, OTHER)})),
    (HMAC, call({SIGNATURE: signed(BODY)}, body=BODY + b" ")),
    (HMAC, call({SIGNATURE: "sha512=" + signed(BODY)})),
    (HMAC, call({SIGNATURE: "é"})),
    (HMAC, call({"X-Signature": signed(BODY)})),
    (TIMED, call({SIGNATURE: signed(BODY)})),
    (TIMED, call({SIGNATURE: signed(b":" + BODY)})),
    (TIMED, call({SIGNATURE: signed(BODY, time=""), TIME: ""})),
    (TIMED, call({SIGNATURE: signed(BODY), TIME: str(int(NOW))})),
    (TIMED, call({SIGNATURE: signed(BODY, time=str(int(NOW))), TIME: str(int(NOW) + 1)})),
]


@pytest.mark.parametrize(("proof", "given"), RIGHT)
def test_who_proves_itself_is_let_in(proof: Proof, given: Call) -> None:
    assert check(proof, given) == Accepted()


@pytest.mark.parametrize(("proof", "given"), WRONG)
def test_who_does_not_is_not(proof: Proof, given: Call) -> None:
    assert isinstance(check(proof, given), Rejected)


@pytest.mark.parametrize(
    ("off", "accepted"),
    [(0, True), (-WINDOW, True), (WINDOW, True), (-WINDOW - 1, False), (WINDOW + 1, False), (-NOW, False)],
)
def test_a_signed_time_counts_within_five_minutes(off, accepted):
    time = str(int(NOW) + int(off))
    given = call({SIGNATURE: signed(BODY, time=time), TIME: time})
    assert isinstance(check(TIMED, given), Accepted) == accepted


@pytest.mark.parametrize("time", ["now", "-1", "1e9", "²", "0x10", "1" * 13, "1" * 5000, str(NOW)])
def test_a_signed_time_that_is_none_is_refused(time: str) -> None:
    assert isinstance(check(TIMED, call({SIGNATURE: signed(BODY, time=time), TIME: time})), Rejected)


def test_a_replay_is_known_however_its_signature_is_written() -> None:
    time = str(int(NOW))
    hexes = [signed(BODY, time=time), signed(BODY, time=time).upper(), "sha256=" + signed(BODY, time=time)]
    assert len({check(TIMED, call({SIGNATURE: one, TIME: time})) for one in hexes}) == 1


@pytest.mark.parametrize(("proof", "given"), [*RIGHT, *(pair for pair in WRONG if pair[1].headers or pair[1].path)])
def test_secrets_are_compared_in_constant_time_and_all_of_them(
    proof: Proof, given: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is compared with `==` here gives itself away by the time that it takes."""
    compared: list[bytes] = []

    def compare(a: bytes, b: bytes) -> bool:
        assert isinstance(a, bytes)
        compared.append(b)
        return False

    monkeypatch.setattr(hmac, "compare_digest", compare)
    verdict = check(proof, given)
    assert isinstance(verdict, Rejected)
    assert len(compared) == 2 or verdict.why.startswith("no ")


# Over the line

HOOKS = (
    {"name": "prometheus", "format": "alertmanager", "bearer": OLD},
    {"name": "statuspage", "path": "a-secret-in-the-path"},
    {"name": "kuma", "basic": {"user": "kuma", "password": [OLD, NEW]}},
    {"name": "grafana", "hmac": {"secret": OLD, "timestamp_header": TIME}},
    {"name": "signed", "hmac": {"secret": OLD, "header": "X-Signature"}},
)
TIMELY = str(int(NOW))
CALLS = [
    ("/hooks/prometheus", {"Authorization": f"Bearer {OLD}"}, 202),
    ("/hooks/prometheus", {"Authorization": f"Bearer {OTHER}"}, 401),
    ("/hooks/prometheus", {}, 401),
    ("/hooks/prometheus/a-secret-in-the-path", {}, 401),
    ("/hooks/statuspage/a-secret-in-the-path", {}, 202),
    ("/hooks/statuspage/another", {}, 401),
    ("/hooks/statuspage", {}, 401),
    ("/hooks/kuma", {"Authorization": basic("kuma", NEW)}, 202),
    ("/hooks/kuma", {"Authorization": basic("kuma", OTHER)}, 401),
    ("/hooks/grafana", {SIGNATURE: signed(BODY, time=TIMELY), TIME: TIMELY}, 202),
    ("/hooks/grafana", {SIGNATURE: signed(BODY), TIME: TIMELY}, 401),
    ("/hooks/signed", {"X-Signature": "sha256=" + signed(BODY)}, 202),
    ("/hooks/signed", {"X-Signature": signed(BODY + b"x")}, 401),
]


@on_any_database
@pytest.mark.parametrize(("path", "headers", "status"), CALLS)
async def test_each_kind_of_proof_works_over_the_line(serve, path, headers, status):
    site = await serve(*HOOKS)
    assert await site.post(path, BODY, **headers) == status
    assert len(await site.journalled()) == (status == 202)


@on_any_database
async def test_an_unknown_hook_answers_as_a_known_one_does_to_a_stranger(serve):
    site = await serve(*HOOKS)
    answers = []
    for path in ("prometheus", "grafana", "kuma", "nobody", "nobody/at-all", "statuspage/wrong"):
        headers = {"Authorization": f"Bearer {OTHER}"}
        async with site.http.post(f"{site.url}/hooks/{path}", data=BODY, headers=headers) as answer:
            kept = {name: value for name, value in answer.headers.items() if name != "Date"}
            answers.append((answer.status, await answer.text(), kept))
    assert answers[0][0] == 401
    assert answers == answers[:1] * len(answers)


async def test_a_signed_request_that_comes_again_is_acknowledged_and_kept_once(serve, clock: FakeClock):
    site = await serve(*HOOKS)
    headers = {SIGNATURE: signed(BODY, time=TIMELY), TIME: TIMELY}

    assert await site.post("/hooks/grafana", BODY, **headers) == 202
    clock.forward(WINDOW)
    assert await site.post("/hooks/grafana", BODY, **headers | {SIGNATURE: headers[SIGNATURE].upper()}) == 202
    assert len(await site.journalled()) == 1

    clock.forward(2)
    assert await site.post("/hooks/grafana", BODY, **headers) == 401
    later = str(int(clock.now().timestamp()))
    assert await site.post("/hooks/grafana", BODY, **{SIGNATURE: signed(BODY, time=later), TIME: later}) == 202
    assert len(await site.journalled()) == 2


@on_any_database
async def test_without_a_signed_time_each_delivery_is_its_own(serve):
    site = await serve(*HOOKS)
    for _ in range(2):
        assert await site.post("/hooks/signed", BODY, X_Signature=signed(BODY)) == 202
    assert len(await site.journalled()) == 2
