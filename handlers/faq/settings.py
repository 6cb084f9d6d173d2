"""The `faq:` section of the config."""

from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from bot.durations import Duration
from handlers.faq.wiki.settings import Wiki


class Settings(BaseModel):
    """How answers are given. Thresholds aren't settings: they are calibrated, see `confidence`."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    folder: Path = Field(default=Path("faq"), description="The folder of answers, from the config file's folder.")
    model: Path = Field(
        default=Path(".cache/model"),
        description="The folder of the sentence model; without one, questions are compared by their words alone.",
    )
    grace: Duration = Field(
        default=timedelta(seconds=20), description="How long people have to answer before the bot does, unasked."
    )
    quiet_time: Duration = Field(
        default=timedelta(hours=1), description="How long the same answer isn't given unasked again in a room."
    )
    choices: int = Field(default=3, ge=1, le=3, description="How many titles are offered when it isn't sure.")
    wiki: Wiki | None = Field(default=None, description="The wiki that answers are kept in step with.")
