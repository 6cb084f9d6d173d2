"""A verification goes on as the specification says, or ends with the right word."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matrix.verification.emoji import EMOJI
from bot.matrix.verification.flow import Show, Stage, advance, ready, tick
from bot.matrix.verification.messages import Message
from bot.matrix.verification.sas import Party
from tests.support.hostile import JSON
from tests.unit.verification.app import (
    ANA,
    ANA_KEYS,
    BOT,
    BOT_KEYS,
    CHAT,
    NOW,
    OFFER,
    TRANSACTION,
    App,
    flow,
    message,
)


def app_where(stage: Stage, **changes: Any) -> App:
    """Ana's app at a point of the way on which she starts; for STARTED and KEYED, the bot."""
    app = App(flow(**changes))
    if stage in {Stage.STARTED, Stage.KEYED}:
        app.starter = BOT
        app.follows(tick(app.at, NOW + 10))
    elif stage is not Stage.READY:
        app.says("start", OFFER)
    if stage is Stage.KEYED:
        app.says("accept", app.accept())
    if stage in {Stage.SHOWN, Stage.PROVED}:
        app.says("key", {"key": app.key})
        app.agrees()
    if stage is Stage.PROVED:
        app.says("mac", app.mac(ANA_KEYS))
    assert app.at.stage is stage
    return app


# The way


@pytest.mark.parametrize("room", [CHAT, None])
def test_ana_starts_and_all_goes_well(room: str | None) -> None:
    app = App(flow(room=room))
    assert app.says("start", OFFER) == ["accept"]
    assert app.says("key", {"key": app.key}) == ["key", "mac"]
    app.agrees()
    assert app.says("mac", app.mac(ANA_KEYS)) == ["done"]
    assert app.says("done", {}) == []
    assert (app.at.stage, app.at.code) == (Stage.OVER, "done")

    tie = {"transaction_id": TRANSACTION} if room is None else None
    relation = {"m.relates_to": {"rel_type": "m.reference", "event_id": TRANSACTION}}
    assert app.heard("done") == (tie or relation)
    assert app.heard("accept") == {
        **(tie or relation),
        "method": "m.sas.v1",
        "key_agreement_protocol": "curve25519-hkdf-sha256",
        "hash": "sha256",
        "message_authentication_code": "hkdf-hmac-sha256.v2",
        "short_authentication_string": ["decimal", "emoji"],
        "commitment": app.heard("accept")["commitment"],
    }


@pytest.mark.parametrize("starter", [ANA, BOT])
def test_both_see_the_same_and_the_bots_macs_are_over_its_device_and_its_master_key(starter: Party) -> None:
    app = App(starter=starter)
    if starter is ANA:
        app.says("start", OFFER)
    else:
        assert app.follows(tick(app.at, NOW + 10)) == ["start"]
        assert app.says("accept", app.accept()) == ["key"]
    app.says("key", {"key": app.key})
    app.agrees()

    emoji, decimals = app.sees()
    assert app.shown is not None
    assert app.shown.emoji == tuple(EMOJI[number] for number in emoji)
    assert app.shown.decimals == decimals
    assert app.heard("mac") | {"m.relates_to": 0} == app.mac(BOT_KEYS, BOT, ANA) | {"m.relates_to": 0}


def test_the_bots_commitment_binds_its_key_to_anas_start() -> None:
    app = app_where(Stage.SHOWN)
    committed = app.heard("accept")["commitment"]
    app.pair = app.at.pair
    assert app.commitment(app.start) == committed
    assert app.commitment({**app.start, "hashes": []}) != committed


def test_the_short_string_is_said_before_the_bot_confirms_it() -> None:
    app = app_where(Stage.ACCEPTED)
    step = advance(app.at, message("key", {"key": app.key}), NOW)
    kinds = ["say" if isinstance(one, Show) else one.kind for one in step.out]
    assert kinds == ["key", "say", "mac"]


def test_an_old_mac_is_used_only_where_there_is_no_better() -> None:
    app = App()
    app.says("start", OFFER | {"message_authentication_codes": ["hkdf-hmac-sha256"]})
    assert app.heard("accept")["message_authentication_code"] == "hkdf-hmac-sha256"
    app.says("key", {"key": app.key})
    app.agrees()
    info = f"MATRIX_KEY_VERIFICATION_MAC{BOT.user}{BOT.device}{ANA.user}{ANA.device}{TRANSACTION}ed25519:bots+master"
    assert app.heard("mac")["mac"]["ed25519:bots+master"] == app.shared.calculate_mac_invalid_base64(
        "bots+master", info
    )


def test_a_request_is_answered_with_the_one_method_that_we_know() -> None:
    (sent,) = ready(flow(room=None)).out
    assert not isinstance(sent, Show)
    assert (sent.kind, sent.content) == (
        "ready",
        {"from_device": BOT.device, "methods": ["m.sas.v1"], "transaction_id": TRANSACTION},
    )


# Both start


def test_of_two_starts_the_one_of_the_first_in_the_alphabet_counts() -> None:
    app = app_where(Stage.STARTED)
    assert app.says("start", OFFER) == ["accept"], "@ana comes before @steward"
    assert not app.at.we_started

    zoe = Party("@zoe:example.org", ANA.device)
    later = App(flow(them=zoe))
    later.follows(tick(later.at, NOW + 10))
    assert later.says("start", OFFER) == []
    assert (later.at.stage, later.at.we_started) == (Stage.STARTED, True)


def test_two_starts_with_two_methods_end_it() -> None:
    app = app_where(Stage.STARTED)
    assert app.says("start", OFFER | {"method": "m.reciprocate.v1"}) == ["cancel"]
    assert app.heard("cancel")["code"] == "m.unexpected_message"


# What ends it

WRONG_KEYS = ANA_KEYS | {"ed25519:ANASPHONE": "somebody+elses+key"}


@pytest.mark.parametrize(
    ("stage", "kind", "content", "code"),
    [
        (Stage.READY, "start", OFFER | {"method": "m.reciprocate.v1"}, "m.unknown_method"),
        (Stage.READY, "start", OFFER | {"hashes": ["sha512"]}, "m.unknown_method"),
        (Stage.READY, "start", OFFER | {"key_agreement_protocols": ["curve25519"]}, "m.unknown_method"),
        (Stage.READY, "start", OFFER | {"message_authentication_codes": ["hmac-sha256"]}, "m.unknown_method"),
        (Stage.READY, "start", OFFER | {"short_authentication_string": ["song"]}, "m.unknown_method"),
        (Stage.READY, "start", OFFER | {"from_device": "ANOTHER"}, "m.invalid_message"),
        (Stage.READY, "start", OFFER | {"words": "\ud800"}, "m.invalid_message"),
        (Stage.READY, "accept", {}, "m.unexpected_message"),
        (Stage.READY, "key", {"key": "A" * 43}, "m.unexpected_message"),
        (Stage.READY, "mac", {}, "m.unexpected_message"),
        (Stage.READY, "done", {}, "m.unexpected_message"),
        (Stage.READY, "ready", {}, "m.unexpected_message"),
        (Stage.READY, "request", {}, "m.unexpected_message"),
        (Stage.STARTED, "key", {"key": "A" * 43}, "m.unexpected_message"),
        (Stage.ACCEPTED, "start", OFFER | {"hashes": ["sha256", "sha512"]}, "m.unexpected_message"),
        (Stage.ACCEPTED, "mac", {}, "m.unexpected_message"),
        (Stage.ACCEPTED, "key", {}, "m.invalid_message"),
        (Stage.ACCEPTED, "key", {"key": "short"}, "m.invalid_message"),
        (Stage.ACCEPTED, "key", {"key": "A" * 43}, "m.invalid_message"),
        (Stage.KEYED, "key", {"key": "A" * 43}, "m.mismatched_commitment"),
        (Stage.SHOWN, "done", {}, "m.unexpected_message"),
        (Stage.SHOWN, "mac", {}, "m.invalid_message"),
        (Stage.SHOWN, "mac", {"mac": {"ed25519:ANASPHONE": 1}, "keys": "x"}, "m.invalid_message"),
        (Stage.SHOWN, "mac", {"mac": {"ed25519:ANASPHONE": "x"}, "keys": "x"}, "m.key_mismatch"),
        (Stage.SHOWN, "mac", {"mac": dict.fromkeys(map(str, range(21)), "x"), "keys": "x"}, "m.invalid_message"),
        (Stage.PROVED, "mac", {}, "m.unexpected_message"),
    ],
)
def test_what_doesnt_fit_ends_it_with_its_code(stage: Stage, kind: str, content: dict[str, Any], code: str) -> None:
    app = app_where(stage)
    assert app.says(kind, content) == ["cancel"]
    assert (app.heard("cancel")["code"], app.at.code, app.at.stage) == (code, code, Stage.OVER)


def test_a_commitment_to_another_key_or_another_start_ends_it() -> None:
    for start in ({}, {"other": True}):
        app = app_where(Stage.STARTED)
        app.says("accept", app.accept(commitment=app.commitment(start)))
        assert app.says("key", {"key": app.key}) == ["cancel"]
        assert app.at.code == "m.mismatched_commitment"


@pytest.mark.parametrize(
    "changes",
    [
        {"hash": "sha512"},
        {"key_agreement_protocol": "curve25519"},
        {"message_authentication_code": "hmac-sha256"},
        {"short_authentication_string": []},
        {"short_authentication_string": ["song"]},
    ],
)
def test_an_acceptance_of_what_wasnt_offered_ends_it(changes: dict[str, Any]) -> None:
    app = app_where(Stage.STARTED)
    assert app.says("accept", app.accept(**changes)) == ["cancel"]
    assert app.at.code == "m.unknown_method"


def test_macs_must_be_over_the_keys_as_the_homeserver_told_them() -> None:
    wrong = (
        lambda app: app.mac(WRONG_KEYS),
        lambda app: app.mac(ANA_KEYS, BOT, ANA),
        lambda app: app.mac({"ed25519:UNKNOWN": "key"}),
        lambda app: app.mac({}),
        lambda app: app.mac(ANA_KEYS, keys=app.mac({})["keys"]),
        lambda app: app.mac(ANA_KEYS | {"ed25519:anas+master": "another+master"}),
        lambda app: app.heard("mac"),
    )
    for make in wrong:
        app = app_where(Stage.SHOWN)
        assert app.says("mac", make(app)) == ["cancel"]
        assert app.at.code == "m.key_mismatch"


def test_keys_that_the_homeserver_doesnt_know_do_no_harm_beside_one_that_it_knows() -> None:
    app = app_where(Stage.SHOWN)
    assert app.says("mac", app.mac({"ed25519:ANASPHONE": "anas+device+key", "ed25519:NEW": "new"})) == ["done"]


@pytest.mark.parametrize("stage", [Stage.READY, Stage.STARTED, Stage.ACCEPTED, Stage.KEYED, Stage.SHOWN, Stage.PROVED])
def test_a_cancellation_ends_it_without_a_word(stage: Stage) -> None:
    app = app_where(stage)
    assert app.says("cancel", {"code": "m.user", "reason": "no"}) == []
    assert (app.at.stage, app.at.code) == (Stage.OVER, "m.user")


# Twice and late


@pytest.mark.parametrize("stage", [Stage.ACCEPTED, Stage.KEYED, Stage.SHOWN, Stage.PROVED])
def test_the_same_message_twice_changes_nothing(stage: Stage) -> None:
    app = app_where(stage)
    for kind, content in app.at.heard.items():
        step = advance(app.at, Message(kind=kind, sender=ANA.user, transaction=TRANSACTION, content=content), NOW)
        assert (step.flow, step.out) == (app.at, ())


def test_what_is_over_stays_over() -> None:
    app = app_where(Stage.READY)
    app.says("cancel", {"code": "m.user"})
    for kind in ("start", "key", "mac", "done", "cancel", "request"):
        assert app.says(kind, OFFER) == []
    assert app.follows(tick(app.at, NOW + 10_000)) == []


# Time


@pytest.mark.parametrize(
    ("stage", "seconds", "sent"),
    [
        (Stage.READY, 9, []),
        (Stage.READY, 10, ["start"]),
        (Stage.READY, 121, ["cancel"]),
        (Stage.STARTED, 120, []),
        (Stage.STARTED, 131, ["cancel"]),
        (Stage.ACCEPTED, 120, []),
        (Stage.ACCEPTED, 121, ["cancel"]),
        (Stage.SHOWN, 600, []),
        (Stage.SHOWN, 601, ["cancel"]),
        (Stage.PROVED, 120, []),
    ],
)
def test_each_step_has_its_time_and_comparing_has_all_of_it(stage: Stage, seconds: float, sent: list[str]) -> None:
    app = app_where(stage)
    assert app.follows(tick(app.at, NOW + seconds)) == sent
    if sent == ["cancel"]:
        assert app.heard("cancel")["code"] == "m.timeout"


def test_each_message_of_theirs_gives_the_next_step_its_whole_time() -> None:
    app = App(now=NOW + 100)
    app.says("start", OFFER)
    assert app.follows(tick(app.at, NOW + 220)) == []


def test_nothing_takes_longer_than_ten_minutes() -> None:
    app = app_where(Stage.ACCEPTED, touched=NOW, opened=NOW - 595)
    assert app.follows(tick(app.at, NOW + 6)) == ["cancel"]


def test_an_app_that_never_says_that_it_is_done_is_taken_to_be() -> None:
    app = app_where(Stage.PROVED)
    assert app.follows(tick(app.at, NOW + 121)) == []
    assert (app.at.stage, app.at.code) == (Stage.OVER, "done")


# Harm

WORDS = st.sampled_from([*OFFER["hashes"], "m.sas.v1", ANA.device, "A" * 43, "emoji"])
FIELDS = [*OFFER, "key", "mac", "keys", "commitment", "hash", "code", "message_authentication_code"]
CONTENT = st.dictionaries(st.sampled_from(FIELDS), st.one_of(WORDS, st.lists(WORDS), JSON))


@given(content=CONTENT, kind=st.sampled_from(["start", "accept", "key", "mac", "done", "cancel", "ready", "request"]))
def test_no_content_is_too_much(content: dict[str, Any], kind: str) -> None:
    for stage in (Stage.READY, Stage.STARTED, Stage.ACCEPTED, Stage.KEYED, Stage.SHOWN, Stage.PROVED):
        app = app_where(stage)
        app.says(kind, content)
        assert app.at.stage in Stage


def test_the_secret_shows_in_no_log() -> None:
    app = app_where(Stage.SHOWN)
    assert "Sas" not in repr(app.at)
