"""All that is wrong with the settings is told at once, not the first of it."""

from collections.abc import Callable

from bot.errors import ConfigError


def all_of(*checks: Callable[[], object]) -> None:
    """Raise one `ConfigError` with the problems of all checks that raise one."""
    problems: list[str] = []
    for check in checks:
        try:
            check()
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(*problems)
