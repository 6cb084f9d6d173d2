"""The moderators' section of the config: empty so far, and refused if it is not."""

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Nothing to set."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
