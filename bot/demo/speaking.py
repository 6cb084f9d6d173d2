"""What is said → the content of a message, as a client would make it. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from bot.demo.timeline import Line

Content = dict[str, Any]


def message(text: str, names: Mapping[str, str]) -> Content:
    """Words. "@Ana" mentions her, by the name in `names` (by Matrix id) or by her account's."""
    mentioned = [user for user, name in names.items() if _mentions(text, name) or _mentions(text, localpart(user))]
    return {"msgtype": "m.text", "body": text, "m.mentions": {"user_ids": mentioned} if mentioned else {}}


def reply(content: Content, to: Line) -> Content:
    """The same as a reply, in the thread of what it replies to."""
    answered = {"m.in_reply_to": {"event_id": to.id}}
    thread = {"rel_type": "m.thread", "event_id": to.root, "is_falling_back": False} if to.root else {}
    return {**content, "m.relates_to": {**thread, **answered}}


def threaded(content: Content, root: str, last: str) -> Content:
    """The same in a thread, whose last message clients without threads show it as a reply to."""
    thread = {"rel_type": "m.thread", "event_id": root, "is_falling_back": True}
    return {**content, "m.relates_to": {**thread, "m.in_reply_to": {"event_id": last}}}


def edit(content: Content, of: Line) -> Content:
    """The same as new words for a message."""
    relation = {"rel_type": "m.replace", "event_id": of.id}
    return {**content, "body": f"* {content['body']}", "m.new_content": content, "m.relates_to": relation}


def reaction(key: str, to: Line) -> Content:
    """A reaction."""
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": to.id, "key": key}}


def localpart(user: str) -> str:
    """The account's name in a Matrix id."""
    return user.removeprefix("@").partition(":")[0]


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w)@{re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None
