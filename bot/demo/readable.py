"""A message's content → text that reads well in a terminal. Pure."""

import re
from html.parser import HTMLParser
from typing import Any

#: Part of emoji, though invisible by itself: the zero-width joiner.
_JOINER = "\u200d"
_BLOCKS = {"p", "div", "blockquote", "pre", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "table"}
#: What clients put before a reply for other clients that can't show one.
_QUOTED_REPLY = "mx-reply"


def text_of(content: dict[str, Any]) -> str:
    """What a message says: its HTML made readable where it has any, else its body."""
    html = content.get("formatted_body")
    if content.get("format") == "org.matrix.custom.html" and isinstance(html, str):
        return safe(readable(html))
    return safe(str(content.get("body", "")))


def safe(text: str) -> str:
    """Without anything that a terminal would obey."""
    text = text.expandtabs(4)
    return "".join(sign for sign in text if sign in {"\n", _JOINER} or sign.isprintable()).strip()


def readable(html: str) -> str:
    """HTML as text: paragraphs apart, lists with bullets or numbers, links as "words (address)"."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text.strip()


class _Reader(HTMLParser):
    """Gathers `text`. Line breaks are noted when they are asked for, and made when more text comes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self._breaks = 0
        self._bullet = ""
        self._inside: list[str] = []
        self._lists: list[int | None] = []
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break_around(tag)
        match tag:
            case "br":
                self._breaks = min(self._breaks + 1, 2)
            case "ul" | "ol":
                self._lists.append(1 if tag == "ol" else None)
            case "li":
                self._break(1)
                self._bullet = self._next_bullet()
            case "a":
                self._links.append((dict(attrs).get("href") or "", len(self.text)))
            case "code" if "pre" not in self._inside:
                self._put("`")
            case "pre" | "blockquote" | "mx-reply":
                self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "ul" | "ol" if self._lists:
                self._lists.pop()
            case "a" if self._links:
                self._end_link(*self._links.pop())
            case "code" if "pre" not in self._inside:
                self._put("`")
            case "pre" | "blockquote" | "mx-reply" if tag in self._inside:
                self._inside.remove(tag)
        self._break_around(tag)

    def handle_data(self, data: str) -> None:
        if "pre" in self._inside:
            for line in data.rstrip("\n").split("\n"):
                self._put(line)
                self._break(1)
            return
        data = re.sub(r"\s+", " ", data)
        self._put(data.lstrip() if self._breaks or not self.text else data)

    def _break_around(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._break(1 if self._lists else 2)

    def _break(self, lines: int) -> None:
        self._breaks = max(self._breaks, lines)

    def _put(self, text: str) -> None:
        if not text or _QUOTED_REPLY in self._inside:
            return
        if self._breaks:
            self.text = self.text.rstrip() + "\n" * self._breaks
        if self._breaks or not self.text:
            self.text += "> " * self._inside.count("blockquote") + self._bullet
            self._breaks, self._bullet = 0, ""
        self.text += text

    def _next_bullet(self) -> str:
        indent = "  " * (len(self._lists) - 1)
        number = self._lists[-1] if self._lists else None
        if number is None:
            return f"{indent}• "
        self._lists[-1] = number + 1
        return f"{indent}{number}. "

    def _end_link(self, address: str, start: int) -> None:
        words = self.text[start:].strip()
        if address and address not in {words, f"mailto:{words}"} and not _is_person(address):
            self._put(f" ({address})")


def _is_person(address: str) -> bool:
    """A link that stands for somebody's name, as in mentions."""
    return address.startswith(("https://matrix.to/#/@", "https://matrix.to/#/%40"))
