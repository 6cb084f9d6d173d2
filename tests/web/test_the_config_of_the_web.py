"""The config's part `web`: what is taken, that every hook asks for a proof, and where mistakes are told."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.config import load
from bot.errors import ConfigError
from bot.web.auth import Basic, Bearer, InPath, Signed, proof_of
from handlers import ALL

ROOT = Path(__file__).parents[2]
BASE = """\
community: {name: Social.coop, people: Ask in the chatroom.}
homeserver: {url: "https://matrix.org", user: "@steward:matrix.org", password: "${PASSWORD}"}
"""
ENV = {
    "PASSWORD": "p",
    "OLD": "an-old-secret-of-some-length",
    "NEW": "a-new-secret-of-some-length",
    "SHORT": "15-characters-x",
    "LONG_ENOUGH": "16-characters-xx",
    "SLASH": "a/secret/with/slashes",
}
HOOKS = BASE + "web:\n  hooks:\n"


def loaded(folder: Path, text: str, **more: Any) -> Any:
    path = folder / "config.yaml"
    path.write_text(text)
    return load(path, {}, **{"env": ENV} | more)


@pytest.fixture
def problems(tmp_path: Path) -> Any:
    def problems(text: str) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            loaded(tmp_path, text)
        return [line.removeprefix(f"{tmp_path}/") for line in caught.value.problems]

    return problems


def test_without_the_part_nothing_is_served(tmp_path):
    assert loaded(tmp_path, BASE).web is None


def test_with_nothing_in_it_health_is_served_on_this_machine_alone(tmp_path):
    web = loaded(tmp_path, BASE + "web: {}\n").web
    assert (web.listen, web.hooks) == ("127.0.0.1:8080", ())


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "0.0.0.0:80", "[::1]:8080", "localhost:65535"])
def test_it_listens_where_it_is_told(tmp_path, listen):
    assert loaded(tmp_path, BASE + f'web: {{listen: "{listen}"}}').web.listen == listen


@pytest.mark.parametrize("listen", ["8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "a:1:2", "::1:80"])
def test_where_it_cant_listen_is_told(problems, listen):
    (found,) = problems(BASE + f'web: {{listen: "{listen}"}}')
    assert found.startswith("config.yaml:3: web.listen: expected an address and a port")


def test_each_kind_of_proof_is_read(tmp_path):
    hooks = loaded(
        tmp_path,
        HOOKS
        + """\
    - {name: a, bearer: "${OLD}"}
    - {name: b, path: ["${OLD}", "${NEW}"], format: statuspage}
    - {name: c, basic: {user: kuma, password: ["${OLD}", "${NEW}"]}}
    - {name: d, hmac: {secret: "${OLD}", timestamp_header: X-Time}}
    - {name: e, hmac: {secret: ["${NEW}"], header: X-Signature}}
""",
    ).web.hooks
    old, new = ENV["OLD"].encode(), ENV["NEW"].encode()
    assert [proof_of(hook) for hook in hooks] == [
        Bearer(secrets=(old,)),
        InPath(secrets=(old, new)),
        Basic(secrets=(b"kuma:" + old, b"kuma:" + new)),
        Signed(secrets=(old,), header="X-Grafana-Alerting-Signature", timestamp_header="X-Time"),
        Signed(secrets=(new,), header="X-Signature"),
    ]
    assert [hook.format for hook in hooks] == ["generic", "statuspage", "generic", "generic", "generic"]
    assert ENV["OLD"] not in repr(hooks)


def test_a_secret_of_16_characters_is_long_enough(tmp_path):
    assert loaded(tmp_path, HOOKS + "    - {name: a, bearer: '${LONG_ENOUGH}'}").web.hooks[0].bearer == SecretStr(
        ENV["LONG_ENOUGH"]
    )


@pytest.mark.parametrize(
    ("hooks", "found"),
    [
        ("    - name: a", "config.yaml:5: web.hooks[1]: needs one of bearer, path, basic and hmac"),
        (
            "    - name: a\n      bearer: ${OLD}\n      path: ${NEW}",
            "config.yaml:7: web.hooks[1].path: bearer and path are both given; keep one of them",
        ),
        (
            "    - name: a\n      bearer: ${OLD}\n      hmac: {secret: '${NEW}'}",
            "config.yaml:7: web.hooks[1].hmac: bearer and hmac are both given",
        ),
        (
            "    - {name: a, bearer: '${OLD}'}\n    - {name: a, path: '${NEW}'}",
            "config.yaml:6: web.hooks[2].name: is given a second time",
        ),
        (
            "    - name: a\n      bearer: ${SHORT}",
            "config.yaml:6: web.hooks[1].bearer: the secret is too short; it needs 16 characters or more",
        ),
        (
            "    - name: a\n      bearer:\n        - ${OLD}\n        - ${SHORT}",
            "config.yaml:8: web.hooks[1].bearer[2]: the secret is too short",
        ),
        (
            "    - name: a\n      basic:\n        user: b\n        password: ${SHORT}",
            "config.yaml:8: web.hooks[1].basic.password: the secret is too short",
        ),
        (
            "    - name: a\n      hmac:\n        secret: ['${SHORT}']",
            "config.yaml:7: web.hooks[1].hmac.secret[1]: the secret is too short",
        ),
        (
            "    - name: a\n      path: ${SLASH}",
            "config.yaml:6: web.hooks[1].path: the secret is to be part of an address",
        ),
        (
            "    - name: a\n      bearer: ['${OLD}', '${NEW}', '${OLD}']",
            "config.yaml:6: web.hooks[1].bearer: expected one secret, or a list of two",
        ),
        ("    - name: a\n      bearer: []", "config.yaml:6: web.hooks[1].bearer: expected one secret"),
        (
            "    - name: a\n      bearer: [an-open-secret-in-the-file]",
            "config.yaml:6: web.hooks[1].bearer[1]: a secret must not stand in this file; put ${STEWARD_BEARER} here",
        ),
        ("    - name: a\n      bearer: ${NONE}", "config.yaml:6: web.hooks[1].bearer: the environment variable NONE"),
        ("    - name: a\n      bearer: {x: 1}", "config.yaml:6: web.hooks[1].bearer: expected ${NAME}, file:/path or"),
        (
            "    - name: a\n      baerer: ${OLD}",
            'config.yaml:6: web.hooks[1].baerer: unknown key; did you mean "bearer"?',
        ),
        ("    - {name: A, bearer: '${OLD}'}", "config.yaml:5: web.hooks[1].name: expected a short name"),
        (f"    - {{name: {'a' * 65}, bearer: '${{OLD}}'}}", "config.yaml:5: web.hooks[1].name: expected at most 64"),
        (
            "    - {name: a, bearer: '${OLD}', format: kuma}",
            "config.yaml:5: web.hooks[1].format: expected alertmanager,",
        ),
        (
            "    - name: a\n      hmac:\n        secret: ${OLD}\n        header: 'a: b'",
            "config.yaml:8: web.hooks[1].hmac.header: expected the name of an HTTP header",
        ),
        ("    - name: a\n      basic: {password: '${OLD}'}", "config.yaml:6: web.hooks[1].basic.user: is missing"),
        ("    - x", "config.yaml:5: web.hooks[1]: expected name:, format:"),
        ("    x: 1", "config.yaml:4: web.hooks: expected a list"),
    ],
)
def test_a_mistake_is_told_at_its_line_and_no_secret_with_it(problems, hooks, found):
    told = problems(HOOKS + hooks)
    assert len(told) == 1
    assert told[0].startswith(found)
    assert not any(secret in told[0] for secret in (*list(ENV.values())[1:], "an-open-secret"))


def test_commands_that_need_no_secrets_read_hooks_too(tmp_path):
    text = HOOKS + "    - {name: a, path: '${NOT_SET}'}\n    - {name: b, bearer: ['${NOT_SET}', '${NOT_SET}']}"
    assert len(loaded(tmp_path, text, env={}, secrets=False).web.hooks) == 2


def test_the_shipped_config_opens_no_port_and_its_example_is_valid_once_it_is_no_comment(tmp_path):
    sections = {handler.name: handler.settings for handler in ALL}
    text = (ROOT / "config.yaml").read_text()
    names = ("STEWARD_PASSWORD", "STEWARD_PROMETHEUS", "STEWARD_STATUSPAGE", "STEWARD_KUMA", "STEWARD_GRAFANA")
    env = dict.fromkeys(names, "a-secret-of-some-length")

    def shipped(text: str) -> Any:
        (tmp_path / "config.yaml").write_text(text)
        return load(tmp_path / "config.yaml", sections, env=env).web

    assert shipped(text) is None
    begin, end = text.index("# web:"), text.index("# What is written to the log.")
    example = re.sub(r"(?m)^( *)# (?=(- )?[a-z_]+:( |$))", r"\1", text[begin:end])
    web = shipped(text[:begin] + example + text[end:])
    assert [(hook.name, hook.format) for hook in web.hooks] == [
        ("prometheus", "alertmanager"),
        ("statuspage", "statuspage"),
        ("kuma", "uptime-kuma"),
        ("grafana", "grafana"),
    ]
    assert len({type(proof_of(hook)) for hook in web.hooks}) == 4
