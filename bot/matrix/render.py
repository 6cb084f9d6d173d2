"""Text → Matrix content. Markdown in, a plain body and an allow-listed HTML body out, mentions always explicit."""

import re
from html import escape
from typing import Any
from urllib.parse import unquote

import nh3
from markdown_it import MarkdownIt

from bot.actions import Reply
from bot.markdown import escape as escaped
from bot.markdown import unescaped

#: Raw HTML is never markup: what people and other systems write passes through here too.
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False})
#: The client-server specification's list (13.2.1.7), less what no text of ours uses.
_TAGS = {
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h3",
    "h4",
    "hr",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "ul",
}
#: The specification's limit for elements within each other.
DEEPEST = 100
_TAG = re.compile(r"<(/?)(\w+)")
_EMPTY = {"br", "hr"}
#: Neither looks further than it has to: what is opened again and again and never closed would take for ever.
_FENCE = re.compile(r"^```", re.MULTILINE)
_LINK = re.compile(r"\[([^\[\]]+)\]\(([^)\s]{1,2000})\)")
#: An address that clients show as a person.
_PERSON = "https://matrix.to/#/@"


def html(markdown: str) -> str:
    """Markdown as HTML that clients may show. What is nested too deep for them is shown as it was written."""
    cleaned = nh3.clean(
        _markdown.render(markdown).strip(),
        tags=_TAGS,
        # Without the empty set the library lets `title` and `lang` pass everywhere.
        attributes={"a": {"href"}, "*": set()},
        url_schemes={"https", "http", "mailto"},
        link_rel=None,
    )
    return cleaned if depth(cleaned) <= DEEPEST else f"<p>{escape(markdown, quote=False)}</p>"


def depth(cleaned: str) -> int:
    """How many elements stand within each other in HTML that `nh3` has put in order."""
    deepest = now = 0
    for closing, tag in _TAG.findall(cleaned):
        now += 0 if tag in _EMPTY else -1 if closing else 1
        deepest = max(deepest, now)
    return deepest


def plain(markdown: str) -> str:
    """Markdown as text for clients and notifications without HTML: links as "words (address)", people as their ids."""
    # Every second part is code, which stays as it is: a patch in it must still apply.
    parts = _FENCE.split(markdown)
    return "```".join(part if number % 2 else _worded(part) for number, part in enumerate(parts)).strip()


def _worded(markdown: str) -> str:
    text = _LINK.sub(_link, markdown)
    return unescaped(re.sub(r"\*\*(.+?)\*\*", r"\1", text))


def _link(found: re.Match[str]) -> str:
    words, address = found.groups()
    if not address.startswith(_PERSON):
        return f"{words} ({address})"
    named = words.startswith("@")
    return words if named else f"{words} ({escaped(unquote(address.removeprefix(_PERSON[:-1])))})"


def content(markdown: str, *, mentions: tuple[str, ...] = (), loud: bool = False) -> dict[str, Any]:
    """The content of an `m.room.message`: a notice unless `loud`. Only `mentions` are pinged, never a room."""
    return {
        "msgtype": "m.text" if loud else "m.notice",
        "body": plain(markdown),
        "format": "org.matrix.custom.html",
        "formatted_body": html(markdown),
        "m.mentions": {"user_ids": list(mentions)} if mentions else {},
    }


def edited(markdown: str) -> dict[str, Any]:
    """The content of an edit; its target is put in when it is sent, and known."""
    new = content(markdown)
    return {**new, "body": f"* {new['body']}", "m.new_content": new, "m.relates_to": {"rel_type": "m.replace"}}


def relation(reply: Reply) -> dict[str, Any]:
    """How a reply hangs on what it answers: in its thread, in a new one, or as a plain reply."""
    answered = {"m.in_reply_to": {"event_id": reply.to}}
    root = reply.in_thread or (reply.to if reply.thread else None)
    if root is None:
        return {"m.relates_to": answered}
    fallback = reply.in_thread is None
    return {"m.relates_to": {"rel_type": "m.thread", "event_id": root, "is_falling_back": fallback, **answered}}


def in_thread() -> dict[str, Any]:
    """How a message stands in the thread of one of ours; that one's id is put in when it is sent, and known."""
    return {"m.relates_to": {"rel_type": "m.thread", "is_falling_back": True, "m.in_reply_to": {}}}
