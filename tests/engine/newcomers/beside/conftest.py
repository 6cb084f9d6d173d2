"""`newcomers` and `faq` at work together: with what is shipped."""

import pytest

from bot.config import load
from bot.handler import Opened
from bot.storage.engine import Storage
from handlers import ALL, faq
from handlers.newcomers.settings import Settings
from tests.engine.newcomers.beside.beside import PLACE, ROOT, Beside
from tests.support.fakes import FakeClock


@pytest.fixture(scope="session")
def shipped_answers() -> Opened:
    """The FAQ with the answers that are shipped. They take a while to read, and no test here changes them."""
    return faq.HANDLER.open(faq.HANDLER.settings(), PLACE)


@pytest.fixture(scope="session")
def shipped_settings() -> Settings:
    """What newcomers are told as it is shipped."""
    sections = {handler.name: handler.settings for handler in ALL}
    config = load(ROOT / "config.yaml", sections, env={"STEWARD_PASSWORD": "none is needed"})
    settings = config.sections["newcomers"]
    assert isinstance(settings, Settings)
    return settings


@pytest.fixture
def beside(storage: Storage, clock: FakeClock, shipped_answers: Opened, shipped_settings: Settings) -> Beside:
    """Both handlers at work."""
    return Beside(storage=storage, clock=clock, answers=shipped_answers, settings=shipped_settings)
