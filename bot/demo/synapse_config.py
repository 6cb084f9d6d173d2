"""Synapse's configuration for a homeserver on this machine alone."""

import base64
import json
import secrets
from pathlib import Path
from typing import Any, Literal, assert_never

#: `.localhost` is reserved (RFC 6761): no such server can exist anywhere else.
SERVER_NAME = "steward.localhost"

#: "unlimited" for speed; "defaults" for how a public homeserver slows a bot down.
Profile = Literal["unlimited", "defaults"]

_HIGH = {"per_second": 10_000, "burst_count": 10_000}


def _to_get_in() -> dict[str, Any]:
    """Limits that are lifted in both profiles: accounts and logins are how a scene is set, not what it is about."""
    return {
        "rc_registration": _HIGH,
        "rc_login": {"address": _HIGH, "account": _HIGH, "failed_attempts": _HIGH},
    }


def _to_act() -> dict[str, Any]:
    """Limits that are lifted in the profile "unlimited" alone."""
    plain = (
        "rc_message rc_admin_redaction rc_joins_per_room rc_key_requests rc_media_create rc_room_creation "
        "rc_reports rc_user_directory rc_delayed_event_mgmt rc_third_party_invite"
    )
    return {
        **dict.fromkeys(plain.split(), _HIGH),
        "rc_joins": {"local": _HIGH, "remote": _HIGH},
        "rc_invites": {"per_room": _HIGH, "per_user": _HIGH, "per_issuer": _HIGH},
        "rc_presence": {"per_user": _HIGH},
    }


def _limits(profile: Profile) -> dict[str, Any]:
    match profile:
        case "unlimited":
            return _to_get_in() | _to_act()
        case "defaults":
            return _to_get_in()
        case _:
            assert_never(profile)


def _no_contact() -> dict[str, Any]:
    """Everything that would make Synapse speak to another machine, off."""
    return {
        "federation_domain_whitelist": [],
        "trusted_key_servers": [],
        "report_stats": False,
        "url_preview_enabled": False,
        "push": {"enabled": False},
    }


def _config(folder: Path, *, port: int, profile: Profile, secret: str) -> dict[str, Any]:
    listener = {"port": port, "type": "http", "bind_addresses": ["127.0.0.1"], "resources": [{"names": ["client"]}]}
    return {
        "server_name": SERVER_NAME,
        "public_baseurl": f"http://127.0.0.1:{port}/",
        "listeners": [listener],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "media_store_path": str(folder / "media"),
        "pid_file": str(folder / "homeserver.pid"),
        "signing_key_path": str(folder / "signing.key"),
        "registration_shared_secret": secret,
        "macaroon_secret_key": secret,
        "form_secret": secret,
        "bcrypt_rounds": 4,
        "presence": {"enabled": False},
        "background_updates": {"sleep_enabled": False},  # some 50 on a new database; done at once, not in a minute
        **_no_contact(),
        **_limits(profile),
    }


def write_config(folder: Path, *, port: int, profile: Profile, secret: str) -> Path:
    """Write the configuration into `folder`, and a signing key if there is none. Return the configuration's path."""
    signing_key = folder / "signing.key"
    if not signing_key.exists():
        # Synapse's own --generate-config does this too, at the price of a second start.
        seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        signing_key.write_text(f"ed25519 a_demo {seed}\n")
    path = folder / "homeserver.yaml"
    path.write_text(json.dumps(_config(folder, port=port, profile=profile, secret=secret), indent=2))  # JSON is YAML
    return path
