"""What `docs/monitoring/` tells operators to type: it is accepted here, and what is sent then is read."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from bot.config import load
from bot.config.models import HookFormat
from handlers import ALL
from handlers.status.sources import Taken, read
from handlers.status.states import State
from tests.unit.status.sources.samples import HEALTHCHECKS

DOCS = Path(__file__).parents[4] / "docs"
PAGES = DOCS / "monitoring"
FORMATS = get_args(HookFormat)
SECTIONS = {handler.name: handler.settings for handler in ALL}
OURS = {"web", "services", "status"}
BASE = """
community: {name: Social.coop, people: Ask.}
homeserver: {url: https://matrix.org, user: "@steward:matrix.org", password: "${PASSWORD}"}
"""


def blocks(format_: str, language: str) -> list[str]:
    """The page's blocks in this language."""
    return re.findall(rf"```{language}\n(.*?)```", (PAGES / f"{format_}.md").read_text(), re.DOTALL)


def filled(body: str) -> str:
    """A body with placeholders, as healthchecks.io and Gatus fill it in."""
    for name, value in {
        "NAME_JSON": json.dumps(HEALTHCHECKS["name"]),
        "JSON": json.dumps(HEALTHCHECKS["check"]),
    }.items():
        body = body.replace(f"${name}", value)
    for name, said in {"CODE": "code", "STATUS": "status", "TAGS": "tags", "NOW": "now"}.items():
        body = body.replace(f"${name}", HEALTHCHECKS[said])
    body = body.replace("[ALERT_TRIGGERED_OR_RESOLVED]", "TRIGGERED").replace("[ENDPOINT_NAME]", "mastodon")
    return body.replace("[RESULT_ERRORS]", r"Get \"https://social.example\": no\nroute, \d").replace("\\n", "\n")


def bodies(format_: str) -> list[str]:
    """All bodies that a page shows: by themselves, in Gatus's configuration, and after curl's -d."""
    gatus = [yaml.safe_load(block) for block in blocks(format_, "yaml") if block.startswith("alerting:")]
    curled = re.findall(r"-d '(\{.*?\})'", "".join(blocks(format_, "sh")))
    return [*blocks(format_, "json"), *(block["alerting"]["custom"]["body"] for block in gatus), *curled]


def settings(format_: str) -> dict[str, Any]:
    """All that a page says about our own configuration."""
    found: dict[str, Any] = {}
    for block in blocks(format_, "yaml"):
        said = yaml.safe_load(block)
        if OURS & said.keys():
            found |= said
    return found


@pytest.mark.parametrize("format_", FORMATS)
def test_each_format_has_a_page_that_the_table_leads_to(format_: str) -> None:
    page = (PAGES / f"{format_}.md").read_text()
    assert all(f"\n## {part}\n" in page for part in ("There", "Here", "What is made of it", "Try it"))
    assert f"| `{format_}` |" in (PAGES / "README.md").read_text()
    assert f"({format_}.md)" in (PAGES / "README.md").read_text()


@pytest.mark.parametrize("format_", FORMATS)
def test_the_bodies_on_the_page_are_read(format_: str) -> None:
    shown = bodies(format_)
    assert shown
    for body in shown:
        taken: Taken = read(format_, "here", filled(body))
        assert taken.reports
        assert taken.remark == ""


@pytest.mark.parametrize("format_", FORMATS)
def test_the_services_on_the_page_are_what_its_bodies_speak_of(format_: str) -> None:
    known = {
        name.lower()
        for service in settings(format_)["services"]
        for name in (service["name"], service["title"], *service.get("known_as", ()))
    }
    reports = [report for body in bodies(format_) for report in read(format_, "here", filled(body)).reports]
    assert all(known & {name.lower() for name in report.names} for report in reports)


@pytest.mark.parametrize("format_", [*FORMATS, "README"])
def test_the_configuration_on_the_page_is_accepted(format_: str, tmp_path: Path) -> None:
    said = settings(format_)
    secrets = {"PASSWORD", *re.findall(r"\$\{(\w+)\}", yaml.safe_dump(said))}
    path = tmp_path / "config.yaml"
    path.write_text(BASE + yaml.safe_dump(said))
    config = load(path, SECTIONS, env=dict.fromkeys(secrets, "a-secret-of-some-length"))
    hooks = config.web.hooks if config.web else ()
    assert [hook.format for hook in hooks] == ([format_] if format_ != "README" else [])
    # What the sender is told to call is this hook.
    assert all(f"https://steward.example/hooks/{hook.name}" in (PAGES / f"{format_}.md").read_text() for hook in hooks)
    labels = config.sections["status"].labels  # type: ignore[attr-defined]
    assert {label.service for label in labels} <= {service.name for service in config.services}


def test_gatus_is_told_to_send_and_to_send_the_end_too() -> None:
    (block,) = [yaml.safe_load(one) for one in blocks("gatus", "yaml") if one.startswith("alerting:")]
    custom = block["alerting"]["custom"]
    assert (custom["method"], custom["default-alert"]["send-on-resolved"]) == ("POST", True)
    resolved = filled(custom["body"].replace("[ALERT_TRIGGERED_OR_RESOLVED]", "RESOLVED"))
    assert read("gatus", "here", resolved).reports[0].state == State.UP


def test_the_bodies_in_the_page_on_hooks_are_the_same() -> None:
    shown = re.findall(r"```json\n(.*?)\n```", (DOCS / "hooks.md").read_text(), re.DOTALL)
    ours = [body.strip() for format_ in ("gatus", "healthchecks") for body in bodies(format_)]
    assert set(shown) <= set(ours)


def test_links_between_the_pages_lead_somewhere() -> None:
    for page in PAGES.glob("*.md"):
        for target, anchor in re.findall(r"\]\(([^)#:]*)(?:#([\w-]+))?\)", page.read_text()):
            there = (page.parent / target).resolve() if target else page
            headings = re.findall(r"^#+ (.+)$", there.read_text(), re.MULTILINE)
            assert not anchor or anchor in {re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in headings}
