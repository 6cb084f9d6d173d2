"""Pages as files: whole at any moment, readable for a web server, untouched without need, and never in the way."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.handler import Page, Shown, Visit
from bot.readers import Memory
from bot.readiness import Readiness
from bot.running import Running
from bot.web.export import ALL, Export
from bot.web.pages import Visits
from tests.support.house import on_any_database


@dataclass
class Handler:
    """Shows pages. `shown` are the names of those that were made."""

    words: str = "well"
    ids: tuple[str, ...] = ("1",)
    shown: list[str] = field(default_factory=list)
    broken: Exception | None = None

    @property
    def pages(self) -> tuple[Page, ...]:
        return (
            Page(path="/feed", show=self.breaking, file="feed.atom"),
            Page(path="/", show=self.front, file="index.html"),
            Page(path="/incidents/{id}", show=self.incident, files=self.files),
            Page(path="/only-served", show=self.front),
        )

    async def front(self, visit: Visit) -> Shown:
        assert visit.exported
        self.shown.append("index")
        return Shown(body=self.words)

    async def incident(self, visit: Visit) -> Shown:
        assert visit.exported
        self.shown.append(visit.args["id"])
        return Shown(body=f"{visit.args['id']}: {self.words}".encode())

    async def files(self, _visit: Visit) -> Mapping[str, Mapping[str, str]]:
        return {f"incidents/{each}.html": {"id": each} for each in self.ids}

    async def breaking(self, _visit: Visit) -> Shown:
        if self.broken is not None:
            raise self.broken
        return Shown(body="feed")


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def export(handler, storage, clock, tmp_path) -> Export:
    async def look() -> Readiness:
        return Readiness(())

    visits = Visits(memory=Memory(storage), clock=clock, running=Running(), look=look)
    return Export(folder=tmp_path / "public" / "status", pages=handler.pages, visits=visits, clock=clock)


def files(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*") if file.is_file()}


@on_any_database
async def test_every_page_that_has_a_name_is_written(export):
    await export.turn()
    assert files(export.folder) == {"feed.atom": "feed", "index.html": "well", "incidents/1.html": "1: well"}


@on_any_database
async def test_another_user_can_read_them(export):
    before = os.umask(0o077)
    try:
        await export.turn()
    finally:
        os.umask(before)
    assert {file.stat().st_mode & 0o777 for file in export.folder.rglob("*") if file.is_file()} == {0o644}
    folders = (export.folder.parent, export.folder, export.folder / "incidents")
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o755}


@on_any_database
async def test_what_is_the_same_is_not_touched(export, handler):
    await export.turn()
    before = {file: file.stat() for file in export.folder.rglob("*.*")}
    handler.words = "badly"
    await export.turn()
    index, feed = export.folder / "index.html", export.folder / "feed.atom"
    assert index.read_text() == "badly"
    assert feed.stat() == before[feed]
    assert index.stat().st_ino != before[index].st_ino, "it was replaced whole"


@on_any_database
async def test_a_new_page_comes_at_once_and_all_again_each_minute(export, handler, clock):
    await export.turn()
    handler.ids, handler.words = ("2", "1"), "badly"
    clock.forward(15)
    await export.turn()
    assert files(export.folder)["incidents/2.html"] == "2: badly"
    assert files(export.folder)["incidents/1.html"] == "1: well"
    clock.forward(ALL)
    await export.turn()
    assert files(export.folder)["incidents/1.html"] == "1: badly"


@on_any_database
async def test_old_pages_stay(export, handler, clock):
    await export.turn()
    handler.ids = ()
    clock.forward(ALL)
    await export.turn()
    assert "incidents/1.html" in files(export.folder)


@on_any_database
async def test_a_page_that_fails_keeps_no_other_from_being_written(export, handler):
    await export.turn()
    handler.broken, handler.words = ValueError("no"), "badly"
    with capture_logs() as logs:
        await export.turn()
    assert files(export.folder)["index.html"] == "badly"
    assert files(export.folder)["feed.atom"] == "feed", "what was there stays"
    assert [(line["event"], line["path"]) for line in logs] == [("page_not_exported", "/feed")]


@on_any_database
async def test_a_folder_that_cannot_be_written_is_told_of_once_an_hour(export, clock, tmp_path):
    (tmp_path / "public").write_text("a file stands where the folder should be")
    with capture_logs() as logs:
        for _ in range(60):
            await export.turn()
            clock.forward(59)
    assert len(logs) == 1
    assert logs[0]["event"] == "page_not_exported"
    assert logs[0]["log_level"] == "warning"
    clock.forward(60)
    with capture_logs() as logs:
        await export.turn()
    assert len(logs) == 1
    (tmp_path / "public").unlink()
    await export.turn()
    assert "index.html" in files(export.folder), "it goes on by itself"


@on_any_database
@pytest.mark.parametrize("name", ["../../escaped", "/tmp/escaped", "incidents/../../escaped"])  # noqa: S108 - isn't written
async def test_nothing_is_written_outside_of_the_folder(export, handler, tmp_path, name):
    handler.files = lambda _visit: named(name)
    export.pages = (Page(path="/x", show=handler.incident, files=handler.files),)
    with capture_logs() as logs:
        await export.turn()
    assert [line["event"] for line in logs] == ["page_not_exported"]
    assert not list(tmp_path.rglob("*escaped*"))


async def named(name: str) -> Mapping[str, Mapping[str, str]]:
    return {name: {"id": "1"}}


@on_any_database
async def test_a_link_in_the_folder_leads_nobody_elsewhere(export, tmp_path):
    export.folder.mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    for name in (".index.html.partial", "index.html"):
        (export.folder / name).symlink_to(elsewhere)
    await export.turn()
    assert elsewhere.read_text() == "mine"
    assert (export.folder / "index.html").read_text() == "well"
    assert not (export.folder / "index.html").is_symlink()
