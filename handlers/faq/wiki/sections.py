"""Where on a page an answer stands: a section by its heading, and in it what stands under one of several questions.

Pages are cleaned before (see `markdown`). Found are copies, in a `div` of their own.
"""

import copy
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from bot.commands import nearest
from handlers.faq.wiki.markdown import Unusable

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

_BOLD = ("b", "strong")
_WRAPPING = ("p", "div", "section", "center")
_BLOCKS = (*HEADINGS, *_WRAPPING, "ul", "ol", "dl", "table", "blockquote", "pre", "hr")
#: A question that stands on the page more often than this, with nothing under it, is no question.
MOST_SAME = 20
#: How people number questions: "1.", "2)", "Q:", "Q3:".
_NUMBER = re.compile(r"(?:q\s?\d*\s?[.:)]|\d{1,3}\s?[.:)])\s+", re.IGNORECASE)
_QUOTES = str.maketrans("\u2018\u2019\u201c\u201d_", "''\"\" ")


def section(page: Tag, heading: str | None) -> Tag:
    """What stands under this heading, subsections included; without one, what stands above the first heading.

    Raises `Unusable` where there is no such heading.
    """
    root = page.find(class_="mw-parser-output") or page
    if heading is None:
        return _div(_until(_content(root), lambda node: _ends(node, 6)))
    headings = root.find_all(HEADINGS)
    found = next((one for one in headings if _same(one.get_text(), heading)), None)
    if found is None:
        raise Unusable(f"no section “{heading}”{_instead(heading, (one.get_text() for one in headings))}")
    return _div(_under(found, root))


def item(inside: Tag, question: str) -> Tag:
    """What stands under this question. Raises `Unusable` where the question, or anything below it, is missing."""
    items, wanted = list(_items(inside)), plain(question)
    # Only what is asked for is gathered: gathering all of it would take time in proportion to the page's square.
    same = [item for item in items if plain(item.title) == wanted][:MOST_SAME]
    for found in same:
        answer = found.answer()
        if _says(answer):
            return _div(answer)
    if same:
        raise Unusable(f"nothing under the question “{question}”")
    raise Unusable(f"no question “{question}”{_instead(question, (one.title for one in items))}")


def plain(text: str) -> str:
    """A heading or a question, without what doesn't tell it from others: case, spaces, its number, its last sign."""
    words = " ".join(text.translate(_QUOTES).split()).casefold()
    return _NUMBER.sub("", words, count=1).rstrip(" ?!.:") if _NUMBER.match(words) else words.rstrip(" ?!.:")


@dataclass(frozen=True, slots=True)
class _Item:
    """A question, and how to find what stands under it."""

    title: str
    answer: Callable[[], list[PageElement]]


def _items(inside: Tag) -> Iterator[_Item]:
    """All questions in the forms that wikis have for them."""
    for heading in inside.find_all(HEADINGS):
        yield _Item(heading.get_text(), partial(_under, heading, inside))
    for term in inside.find_all("dt"):
        yield _Item(term.get_text(), partial(_below_term, term))
    for entry in inside.find_all("li"):
        lead, rest = _opened(entry)
        yield _Item(_text(lead), partial(_of_entry, entry, rest))
        yield from _bold(lead, partial(list, rest))
    for paragraph in inside.find_all("p"):
        lead, rest = _opened(paragraph)
        yield from _bold(lead, partial(_of_paragraph, paragraph, rest))


def _of_entry(entry: Tag, rest: list[PageElement]) -> list[PageElement]:
    return rest if _says(rest) else _below_list(entry)


def _of_paragraph(paragraph: Tag, rest: list[PageElement]) -> list[PageElement]:
    return [*rest, *_until(paragraph.next_siblings, _begins_bold)]


def _under(heading: Tag, root: Tag) -> list[PageElement]:
    """What follows a heading, up to the next of its level or a higher one."""
    level = int(heading.name[1])
    start = heading
    # MediaWiki since 1.43, and people who build pages from boxes, put headings into boxes of their own.
    while not _says(start.next_siblings) and start.parent is not None and start.parent is not root:
        start = start.parent
    return _until(start.next_siblings, lambda node: _ends(node, level))


def _below_term(term: Tag) -> list[PageElement]:
    found = _until(term.next_siblings, lambda node: isinstance(node, Tag) and node.name == "dt")
    if _says(found) or term.parent is None or term.find_next_sibling("dt"):
        return found
    return _until(term.parent.next_siblings, lambda node: _is(node, "dl") or _ends(node, 6))


def _below_list(entry: Tag) -> list[PageElement]:
    """What follows a list whose last entry is nothing but a question."""
    around = entry.parent
    if around is None or entry.find_next_sibling("li"):
        return []
    name = around.name
    return _until(around.next_siblings, lambda node: _is(node, name) or _ends(node, 6))


def _bold(lead: list[PageElement], rest: Callable[[], list[PageElement]]) -> Iterator[_Item]:
    """A question in bold, with the answer behind it on the same line, or below."""
    told = [node for node in lead if _says([node])]
    if told and _is(told[0], *_BOLD):
        yield _Item(_text(told[:1]), lambda: [*_paragraph(_behind(told)), *rest()])


def _behind(told: list[PageElement]) -> list[PageElement]:
    """What stands on a line behind a question in bold."""
    behind = [copy.copy(node) for node in told[1:]]
    if behind and isinstance(behind[0], NavigableString):
        behind[0] = NavigableString(behind[0].lstrip(" \n:\u2013\u2014"))
    return behind


def _begins_bold(node: PageElement) -> bool:
    """Whether the next question begins here."""
    if _ends(node, 6):
        return True
    if not isinstance(node, Tag) or node.name != "p":
        return False
    first = next((child for child in node.children if _says([child])), None)
    return first is not None and _is(first, *_BOLD)


def _opened(element: Tag) -> tuple[list[PageElement], list[PageElement]]:
    """The first line of an element, and the rest of it."""
    lead: list[PageElement] = []
    said = False
    children = _content(element)
    for number, child in enumerate(children):
        if _is(child, "br") and said:
            return lead, _paragraph(children[number + 1 :])
        if isinstance(child, Tag) and child.name in _BLOCKS:
            if said or child.name not in _WRAPPING:
                return lead, children[number:]
            first, others = _opened(child)
            return first, [*others, *children[number + 1 :]]
        lead.append(child)
        said = said or _says([child])
    return lead, []


def _paragraph(nodes: list[PageElement]) -> list[PageElement]:
    """What stood on a line, as a paragraph of its own; blocks stay what they are."""
    if not _says(nodes) or any(isinstance(node, Tag) and node.name in _BLOCKS for node in nodes):
        return nodes
    return [_div(nodes, "p")]


def _content(element: Tag) -> list[PageElement]:
    return [child for child in element.children if not (isinstance(child, NavigableString) and not child.strip())]


def _until(nodes: Iterable[PageElement], ends: Callable[[PageElement], bool]) -> list[PageElement]:
    found: list[PageElement] = []
    for node in nodes:
        if ends(node):
            break
        found.append(node)
    return found


def _ends(node: PageElement, level: int) -> bool:
    """Whether a section of this level ends here."""
    higher = HEADINGS[:level]
    return isinstance(node, Tag) and (node.name in higher or node.find(higher) is not None)


def _is(node: PageElement, *names: str) -> bool:
    return isinstance(node, Tag) and node.name in names


def _says(nodes: Iterable[PageElement]) -> bool:
    return any(node.get_text().strip() for node in nodes)


def _text(nodes: Iterable[PageElement]) -> str:
    return "".join(node.get_text() for node in nodes)


def _div(nodes: Iterable[PageElement], name: str = "div") -> Tag:
    div = BeautifulSoup("", "html.parser").new_tag(name)
    div.extend([copy.copy(node) for node in nodes])
    return div


def _same(one: str, other: str) -> bool:
    return plain(one) == plain(other)


def _instead(wanted: str, known: Iterable[str]) -> str:
    """The one that may have been meant."""
    titles = {plain(one): " ".join(one.split()) for one in known if one.strip()}
    near = nearest(plain(wanted), tuple(titles))
    return f"; did you mean “{titles[near]}”?" if near else ""
