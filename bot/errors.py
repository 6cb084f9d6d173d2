"""The one family of errors. Each carries the sentence for whoever can act on it."""

from enum import IntEnum


class Exit(IntEnum):
    """The program's exit codes, as documented in `docs/running.md`."""

    OK = 0
    FAILED = 1
    USAGE = 2
    CONFIG = 3
    UNREACHABLE = 4
    LOGIN = 5
    ROOMS = 6
    IN_USE = 7
    STORAGE = 8
    CRYPTO = 9
    SETUP = 10


class StewardError(Exception):
    """Base of all errors that are expected. `str(error)` is a sentence; `exit` is used where the program must stop."""

    exit = Exit.FAILED


class ConfigError(StewardError):
    """The configuration can't be used. `problems` holds every one of them, each a line."""

    exit = Exit.CONFIG

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Refused(StewardError):
    """The user's doing: the sentence is for them and says what to type instead."""


class TryLater(StewardError):
    """A passing fault. `after` is how many seconds to wait, if whoever refused said so."""

    exit = Exit.UNREACHABLE

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


class SlowDown(TryLater):
    """Whoever we called asks us to slow down."""


class Unreachable(TryLater):
    """The homeserver was failing before this was tried. It says nothing of what was tried."""


class Permanent(StewardError):
    """Trying again won't help; operators are told."""


class OutOfSight(Permanent):
    """It may not be called from here, which says nothing about how it is."""


class TooLarge(Permanent):
    """There was an answer, and more of it than is read."""


class LoginFailed(Permanent):
    """The homeserver doesn't accept who we say we are."""

    exit = Exit.LOGIN


class StorageError(StewardError):
    """The database can't be used as it is."""

    exit = Exit.STORAGE


class Unacceptable(StorageError):
    """The database can't take this, now or later: what was to be written or asked is at fault."""


class InUse(StewardError):
    """Another Steward works on the same data."""

    exit = Exit.IN_USE


class CryptoError(StewardError):
    """The encryption keys on disk don't fit the account or the key given."""

    exit = Exit.CRYPTO


class RoomsMissing(Permanent):
    """Rooms that can't be joined, a sentence each."""

    exit = Exit.ROOMS

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))


def passes(error: Exception) -> bool:
    """Whether it is nobody's fault who asked for something: the same may well be done later."""
    return isinstance(error, TryLater | StorageError) and not isinstance(error, Unacceptable)
