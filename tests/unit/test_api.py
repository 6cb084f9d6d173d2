"""What an answer of the homeserver's says, and what one from something in between does not."""

import email.utils
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import TryLater
from bot.matrix.api import LEAST_WAIT, LONGEST_WAIT, Denied, LoggedOut, NeedsProof, path, retry_after, understood

HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
#: Deep enough for any parser that follows it by calling itself.
BOMB = b"[" * 200_000


def json_of(**body: Any) -> bytes:
    return json.dumps(body).encode()


FORBIDDEN = json_of(errcode="M_FORBIDDEN", error="You are not here")
LIMITED = json_of(errcode="M_LIMIT_EXCEEDED", retry_after_ms=2500)
PROOF = json_of(session="s", flows=[{"stages": ["m.login.password"]}, {"stages": ["m.login.sso", "m.login.dummy"]}])


def test_a_success_is_its_object() -> None:
    assert understood(200, {}, b'{"event_id": "$1"}') == {"event_id": "$1"}
    assert understood(200, {}, b"{}") == {}
    assert understood(200, {}, '{"name": "Größe 🌱"}'.encode()) == {"name": "Größe 🌱"}


@pytest.mark.parametrize(
    ("status", "raw"),
    [
        (200, HTML),
        (200, b""),
        (200, b"null"),
        (200, b"[]"),
        (200, b'"ok"'),
        (200, b'{"event_id": "$1"'),
        (200, b'{"name": "\xff"}'),
        (200, BOMB),
        (201, b"{}"),
        (204, b""),
        (301, HTML),
        (302, b"{}"),
        (400, HTML),
        (401, HTML),
        (403, HTML),
        (403, b"{}"),
        (403, b"[]"),
        (404, HTML),
        (404, b'{"detail": "Not Found"}'),
        (404, b""),
        (413, HTML),
        (500, b"{}"),
        (500, json_of(errcode="M_UNKNOWN", error="Internal server error")),
        (502, HTML),
        (502, FORBIDDEN),
        (503, b""),
        (504, HTML),
        (504, BOMB),
        (520, b"error code: 520"),
    ],
    ids=lambda value: value if isinstance(value, int) else repr(value[:24]),
)
def test_what_is_not_matrix_passes(status: int, raw: bytes) -> None:
    with pytest.raises(TryLater) as later:
        understood(status, {}, raw)
    assert not isinstance(later.value, LoggedOut)
    assert later.value.after is None
    assert str(status) in str(later.value)


@pytest.mark.parametrize(
    ("headers", "raw", "after"),
    [
        ({"Retry-After": "3"}, HTML, 3.0),
        ({"Retry-After": "3"}, b"", 3.0),
        ({"Retry-After": "3"}, LIMITED, 3.0),
        ({}, LIMITED, 2.5),
        ({"Retry-After": "soon"}, LIMITED, 2.5),
        ({"Retry-After": ""}, LIMITED, 2.5),
        ({"Retry-After": "-3"}, LIMITED, 2.5),
        ({"Retry-After": "0"}, LIMITED, LEAST_WAIT),
        ({}, b"{}", None),
        ({}, HTML, None),
        ({}, BOMB, None),
        ({}, json_of(errcode="M_LIMIT_EXCEEDED"), None),
        ({}, json_of(retry_after_ms=None), None),
        ({}, json_of(retry_after_ms="2500"), None),
        ({}, json_of(retry_after_ms=-1), None),
        ({}, json_of(retry_after_ms=[2500]), None),
        ({}, json_of(retry_after_ms=0), LEAST_WAIT),
        ({}, json_of(retry_after_ms=2500.5), 2.5005),
        ({"Retry-After": "Mon, 04 May 2020 12:00:00 GMT"}, LIMITED, LEAST_WAIT),
        # Nobody is waited for that long, and nothing is too large to be understood.
        ({"Retry-After": "99999999"}, LIMITED, LONGEST_WAIT),
        ({"Retry-After": "9" * 400}, HTML, LONGEST_WAIT),
        ({"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"}, HTML, LONGEST_WAIT),
        ({"Retry-After": "Wed, 21 Oct 99999 07:28:00 GMT"}, LIMITED, 2.5),
        ({"Retry-After": "٣"}, LIMITED, 2.5),
        ({}, json_of(retry_after_ms=10**400), None),
        ({}, json_of(retry_after_ms=10**15), LONGEST_WAIT),
        ({}, b'{"retry_after_ms": Infinity}', None),
        ({}, b'{"retry_after_ms": NaN}', None),
        ({}, b'{"retry_after_ms": true}', None),
    ],
)
def test_when_asked_to_slow_down_we_wait_as_long_as_is_said(
    headers: dict[str, str], raw: bytes, after: float | None
) -> None:
    with pytest.raises(TryLater, match="slow down") as later:
        understood(429, headers, raw)
    assert later.value.after == after


def test_the_time_to_wait_may_be_a_date() -> None:
    header = {"Retry-After": email.utils.formatdate(time.time() + 30, usegmt=True)}
    after = retry_after(header, {})
    assert after is not None
    assert 25 < after <= 30


@given(
    header=st.one_of(st.text(), st.integers().map(str), st.datetimes().map(lambda at: at.strftime("%a, %d %b %Y"))),
    wait=st.one_of(st.none(), st.text(), st.booleans(), st.integers(), st.floats(), st.lists(st.integers())),
)
def test_no_header_and_no_field_confuses_it(header: str, wait: object) -> None:
    after = retry_after({"Retry-After": header}, {"retry_after_ms": wait})
    assert after is None or 0 <= after <= LONGEST_WAIT


@pytest.mark.parametrize(
    ("status", "errcode"),
    [(400, "M_BAD_JSON"), (403, "M_FORBIDDEN"), (404, "M_NOT_FOUND"), (413, "M_TOO_LARGE"), (401, "M_FORBIDDEN")],
)
def test_a_refusal_is_final_and_says_which(status: int, errcode: str) -> None:
    with pytest.raises(Denied, match=f"{errcode}: because") as denied:
        understood(status, {}, json_of(errcode=errcode, error="because"))
    assert (denied.value.status, denied.value.errcode) == (status, errcode)


def test_a_refusal_without_a_reason_is_its_code() -> None:
    with pytest.raises(Denied, match=r"^M_FORBIDDEN$"):
        understood(403, {}, json_of(errcode="M_FORBIDDEN"))


@pytest.mark.parametrize("errcode", ["M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"])
@pytest.mark.parametrize(
    ("said", "soft"), [({"soft_logout": True}, True), ({"soft_logout": False}, False), ({}, False)]
)
def test_a_token_that_is_not_taken_is_a_logout_soft_or_hard(errcode: str, said: dict[str, bool], *, soft: bool) -> None:
    with pytest.raises(LoggedOut) as out:
        understood(401, {}, json_of(errcode=errcode, error="no", **said))
    assert out.value.soft is soft


def test_a_request_for_proof_says_how_it_can_be_given() -> None:
    with pytest.raises(NeedsProof) as asked:
        understood(401, {}, PROOF)
    assert asked.value.session == "s"
    assert asked.value.stages == {"m.login.password", "m.login.sso", "m.login.dummy"}


def test_a_failed_proof_still_asks_for_it() -> None:
    with pytest.raises(NeedsProof):
        understood(401, {}, json_of(errcode="M_FORBIDDEN", error="Wrong password", flows=[{"stages": []}]))


@given(
    status=st.sampled_from([200, 400, 401, 403, 404, 429, 500, 502]),
    body=st.one_of(
        st.binary(max_size=40),
        st.dictionaries(
            st.sampled_from(["errcode", "error", "retry_after_ms", "soft_logout", "x"]),
            st.one_of(st.none(), st.text(), st.booleans(), st.integers(-9, 9), st.lists(st.text()), st.just({})),
        ).map(lambda found: json.dumps(found).encode()),
    ),
)
def test_every_answer_is_an_object_or_one_of_ours(status: int, body: bytes) -> None:
    try:
        assert isinstance(understood(status, {}, body), dict)
        assert status == 200
    except (TryLater, Denied):
        pass


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("sync",), "/_matrix/client/v3/sync"),
        (("rooms", "!a/b:x", "send", "m.room.message", "t"), "/rooms/%21a%2Fb%3Ax/send/m.room.message/t"),
        (("directory", "room", "#a?b#c:x"), "/directory/room/%23a%3Fb%23c%3Ax"),
        (("rooms", "!r", "state", "m.room.create", ""), "/rooms/%21r/state/m.room.create/"),
        (("profile", "@größe:x"), "/profile/%40gr%C3%B6%C3%9Fe%3Ax"),
        (("rooms", ".."), "/rooms/.."),
    ],
)
def test_each_part_of_a_path_is_escaped(parts: tuple[str, ...], expected: str) -> None:
    assert path(*parts).endswith(expected)
