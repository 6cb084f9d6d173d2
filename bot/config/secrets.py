"""Secrets are named in the config and stand elsewhere: in the environment, in a file, in a systemd credential."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.config.values import DatabaseUrl

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
#: Passes as any kind of secret, and opens nothing.
STAND_IN = "postgresql://nobody@localhost/nothing"
#: More is no secret but a mistake, such as /dev/zero.
_LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Secrets:
    """Where references lead. What goes wrong is a ValueError that names the place, never the value.

    Unless they are `needed`, nothing is looked up: a stand-in does for commands that never log in anywhere.
    """

    env: Mapping[str, str]
    needed: bool = True

    def find(self, written: str, key: str, kind: type[SecretStr], folder: Path | None) -> str:
        """The secret that `written` refers to. Only what comes from the program (no folder) may be one itself."""
        if not self.needed:
            return STAND_IN
        if found := _VARIABLE.fullmatch(written):
            return self._from_environment(found[1])
        scheme, _, rest = written.partition(":")
        if scheme == "file" and rest:
            return _from_file((folder or Path()) / rest)
        if scheme == "credential" and rest:
            return self._from_credential(rest)
        if folder is None or (issubclass(kind, DatabaseUrl) and kind.is_public(written)):
            return written
        raise ValueError(_not_here(key))

    def _from_environment(self, name: str) -> str:
        value = self.env.get(name)
        if value is None:
            raise ValueError(f"the environment variable {name} is not set; set it, or use file:/path/to/the/secret")
        return _usable(value, f"the environment variable {name}")

    def _from_credential(self, name: str) -> str:
        folder = self.env.get("CREDENTIALS_DIRECTORY")
        if folder is None:
            raise ValueError(
                f"no systemd credentials are here; put LoadCredential={name}:/path into the service's unit"
            )
        if "/" in name or name in {".", ".."}:
            raise ValueError("expected a credential's name, such as credential:steward-password")
        return _from_file(Path(folder) / name)


def _not_here(key: str) -> str:
    return (
        f"a secret must not stand in this file; put ${{STEWARD_{key.upper()}}} here and set that environment variable, "
        f"or file:/path, or credential:name"
    )


def _from_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except FileNotFoundError:
        raise ValueError(f"there is no file {path}; make it, with the secret alone in it") from None
    except (OSError, ValueError) as error:
        why = (isinstance(error, OSError) and error.strerror) or "its name is not one"
        raise ValueError(f"the file {path} can't be read: {why}") from None
    if len(raw) > _LARGEST:
        raise ValueError(f"the file {path} is too large to be a secret")
    return _usable(raw.decode(errors="surrogateescape").rstrip("\r\n"), f"the file {path}")


def _usable(value: str, place: str) -> str:
    if not value:
        raise ValueError(f"{place} is empty; put the secret into it")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{place} does not hold UTF-8 text") from None
    return value
