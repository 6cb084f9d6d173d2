"""The way through: read, lay the overlay on it, fill in the secrets, validate. A Config, or every problem at once."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, SecretStr, ValidationError, create_model
from pydantic_core import ErrorDetails

from bot.config import rules, shape
from bot.config.document import Placed, Problem, Report, Source, Trail, given, merged
from bot.config.models import Config, Core
from bot.config.reading import read
from bot.config.secrets import Secrets
from bot.config.sentences import sentence
from bot.errors import ConfigError

#: Laid over the file before anything is checked: another file, or values from the program.
Overlay = Path | Mapping[str, Any]


def load(
    path: Path,
    sections: Mapping[str, type[BaseModel]],
    *,
    env: Mapping[str, str],
    overlay: Overlay | None = None,
    secrets: bool = True,
) -> Config:
    """The configuration at this path. `sections`: the handlers' models by name; each may be left out of the file.

    Without `secrets`, none is looked up: for what never logs in anywhere.

    Raises ConfigError with every problem of every source, in the order of their lines.
    """
    problems: list[Problem] = []
    whole = _read(path, overlay, problems.append)
    file = _model(sections)
    core = _checked(whole, file, sections, Secrets(env, needed=secrets), problems) if whole else None
    if problems or core is None:
        ordered = sorted(problems, key=lambda problem: (problem.source.rank, problem.line))
        raise ConfigError(*dict.fromkeys(map(str, ordered)))
    return Config.model_construct(
        path=path,
        sections={name: getattr(core, name) for name in sections},
        **{name: getattr(core, name) for name in Core.model_fields},
    )


def _model(sections: Mapping[str, type[BaseModel]]) -> type[Core]:
    """The model of the whole file."""
    fields: dict[str, Any] = {name: (model, ...) for name, model in sections.items()}
    return cast("type[Core]", create_model("File", __base__=Core, **fields))


def _read(path: Path, overlay: Overlay | None, report: Report) -> Placed | None:
    base = read(path, Source(str(path), 0, path.parent), report)
    match overlay:
        case None:
            return base
        case Path():
            over = read(overlay, Source(str(overlay), 1, overlay.parent), report)
        case _:
            over = given(overlay, Source("overlay", 1))
    return merged(base, over) if base and over else None


def _checked(
    whole: Placed, file: type[Core], sections: Mapping[str, object], secrets: Secrets, problems: list[Problem]
) -> Core | None:
    """The validated file. What is wrong is added to `problems`; of a secret that was not found only that is said."""
    unresolved: list[Problem] = []
    document = _Settling(whole, secrets, unresolved.append).settle(whole, file, ())
    document |= {name: {} for name in sections if name not in document}
    problems += unresolved
    problems += [whole.problem(trail, why, at_key=True) for trail, why in rules.broken(document)]
    core, errors = _validated(file, document)
    told = {problem.trail for problem in unresolved}
    for error in errors:
        trail = _known(error, file)
        if trail not in told and not _hollow(error):
            at_key = error["type"] == "extra_forbidden" or isinstance(error["input"], list | dict)
            problems.append(whole.problem(trail, sentence({**error, "loc": trail}, file), at_key=at_key))
    return core


class _Settling:
    """Placed values → bare ones, with secrets filled in and with emptiness as the models mean it."""

    def __init__(self, whole: Placed, secrets: Secrets, report: Report) -> None:
        self._whole = whole
        self._secrets = secrets
        self._report = report

    def settle(self, here: Placed, expected: Any, trail: Trail) -> Any:
        match here.value:
            case dict() as entries:
                return {k: self.settle(v, shape.within(expected, k), (*trail, k)) for k, v in entries.items()}
            case list() as entries:
                return [self.settle(v, shape.within(expected, at), (*trail, at)) for at, v in enumerate(entries)]
            case None:
                return shape.empty(expected)
        kind = shape.secret(expected)
        return self._secret(here, kind, trail) if kind else here.value

    def _secret(self, here: Placed, kind: type[SecretStr], trail: Trail) -> Any:
        if isinstance(here.value, SecretStr):
            return here.value.get_secret_value()
        try:
            key = next(step for step in reversed(trail) if isinstance(step, str))
            return self._secrets.find(str(here.value), key, kind, here.source.folder)
        except ValueError as error:
            self._report(self._whole.problem(trail, str(error)))
            return ""


def _validated(file: type[Core], document: dict[str, Any]) -> tuple[Core | None, list[ErrorDetails]]:
    """Strict as JSON is: nothing is converted, but lists may become tuples, and texts paths."""
    try:
        return file.model_validate_json(json.dumps(document), strict=True, extra="forbid"), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _hollow(error: ErrorDetails) -> bool:
    """Pydantic calls a list too short also when some of its entries are wrong; those have errors of their own."""
    return error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]


def _known(error: ErrorDetails, file: type[Core]) -> Trail:
    """The error's trail without what pydantic adds for its own use, such as a union's branches."""
    trail = error["loc"]
    # The last step of an unknown key's is that key.
    for length in range(1, len(trail) + (error["type"] != "extra_forbidden")):
        if shape.at(file, trail[:length]) is None:
            return trail[: length - 1]
    return trail
