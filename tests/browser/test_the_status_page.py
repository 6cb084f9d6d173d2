"""The status page in a real browser: everybody can read it, with any window, without scripts and without a mouse."""

import asyncio
import json

import feedparser
import pytest

from tests.browser import stage

pytestmark = pytest.mark.browser

#: 1280 pixels at 400 % are as wide as 320.
WIDTHS = (320, 1280)
AT_ONCE = 4
PATHS = ("/history", "/incidents/2026-05-04-1", "/incidents/2026-04-29-1", "/no/such/page")


async def examined(chromium, url, **how):
    """What there is to object to."""
    found = await chromium.call("examine", url=url, **how)
    trouble = [f"{one['id']}: {one['help']} {one['where']}" for one in found["violations"]]
    trouble += [f"not sure of {one['id']}: {one['where']}" for one in found["unsure"]]
    trouble += [line for line in found["said"] if found["status"] != 404 or "status of 404" not in line]
    if found["width"] > found["window"]:
        trouble.append(f"it is {found['width']} wide in a window of {found['window']}")
    assert "color-contrast" in found["passed"], "axe looked at contrasts"
    return trouble


@pytest.mark.parametrize("state", stage.STATES)
async def test_everybody_can_read_every_page(chromium, show, state):
    url = await show(stage.STATES[state]())
    hows = [("/", width, dark) for width in WIDTHS for dark in (False, True)]
    hows += [(path, width, dark) for path in PATHS for width, dark in zip(WIDTHS, (True, False), strict=True)]

    few = asyncio.Semaphore(AT_ONCE)

    async def look(path, width, dark):
        async with few:
            return await examined(chromium, url + path, width=width, dark=dark)

    found = await asyncio.gather(*(look(*how) for how in hows))
    assert {how: trouble for how, trouble in zip(hows, found, strict=True) if trouble} == {}


async def test_a_contrast_that_is_too_low_is_noticed(chromium, show):
    url = await show(stage.outage())
    trouble = await examined(chromium, f"{url}/", css=".quiet { color: #bbb; }")
    assert [one.partition(":")[0] for one in trouble] == ["color-contrast"]


async def test_what_is_wider_than_the_window_is_noticed(chromium, show):
    url = await show(stage.outage())
    trouble = await examined(chromium, f"{url}/", width=320, css="h1 { width: 600px; }")
    assert trouble[-1].endswith("wide in a window of 320")


async def test_the_keyboard_reaches_every_link_and_shows_where_it_is(chromium, show):
    url = await show(stage.outage())
    found = await chromium.call("tab", url=f"{url}/", width=800)
    assert [(one["tag"], one["href"]) for one in found["reached"]] == [
        (one["tag"], one["href"]) for one in found["wanted"]
    ]
    assert all(one["seen"] for one in found["reached"])
    assert found["reached"][0]["href"] == "#main"


async def test_the_skip_link_leads_to_the_content(chromium, show):
    assert await chromium.call("skip", url=await show(stage.outage())) == "main"


async def test_it_needs_no_javascript(chromium, show):
    url = await show(stage.outage())
    text, plain = await asyncio.gather(
        chromium.call("text", url=url, scripts=True), chromium.call("text", url=url, scripts=False)
    )
    assert text == plain
    assert "Mastodon is unreachable" in plain
    assert "moved to a larger disk" in plain


async def test_feed_json_and_badge_are_where_the_page_says(chromium, show, http):
    url = await show(stage.outage())
    async with http.get(f"{url}/feed.atom") as answer:
        assert len(feedparser.parse(await answer.read()).entries) == 5
    async with http.get(f"{url}/status.json") as answer:
        assert json.loads(await answer.read())["state"] == "down"
    found = await chromium.call("examine", url=f"{url}/badge.svg")
    assert found["status"] == 200
    assert found["said"] == []


async def test_a_script_in_somebodys_words_is_not_run(chromium, show):
    url = await show(stage.hostile())
    found = await chromium.call("examine", url=f"{url}/")
    assert found["said"] == [], "neither does it run, nor does the policy have to stop it"
    assert "<script>alert(1)</script>" in await chromium.call("text", url=url)
