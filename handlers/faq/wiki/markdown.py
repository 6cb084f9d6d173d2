"""A wiki's HTML → the Markdown of an answer: words, lists, links and emphasis; nothing hidden, nothing that runs."""

import re
from collections.abc import Iterable
from urllib.parse import quote, urljoin, urlsplit

import nh3
from bs4 import BeautifulSoup, Tag
from markdownify import MarkdownConverter

#: In characters of text; an answer has far fewer, and what is much longer isn't worth the work.
LONGEST_TEXT = 20_000
#: Of a page's HTML: in characters, in elements within each other, and in tags.
LARGEST = 1024 * 1024
DEEPEST = 100
MOST_TAGS = 20_000
#: Elements in one answer: counting the points of a list takes time in proportion to its square.
MOST_ELEMENTS = 2_000

#: Kept of the page; of all other elements what is in them. The rest of the work then has well-formed HTML before it.
_TAGS = frozenset(
    (
        *(
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "article",
            "section",
            "div",
            "center",
            "p",
            "br",
            "hr",
            "blockquote",
            "pre",
        ),
        *("ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "tr", "th", "td"),
        *("a", "b", "strong", "i", "em", "q", "s", "strike", "del", "sub", "sup", "code", "kbd", "samp", "var", "span"),
    )
)
#: Taken away with all that is in them.
_WITH_CONTENT = frozenset(
    (
        *("script", "style", "template", "noscript", "title", "head"),
        *("form", "button", "select", "option", "textarea"),
        *("iframe", "object", "svg", "math", "canvas", "map", "figure", "picture", "audio", "video"),
    )
)
_ATTRIBUTES = {"*": {"class", "id", "style", "hidden", "aria-hidden"}, "a": {"href"}, "ol": {"start"}}
#: What the wiki puts beside its text, and what is struck out.
_BESIDE = (
    "del, s, strike, #toc, .toc, .mw-editsection, .mw-editsection-like, .mw-headline-number, .mw-references-wrap, "
    ".references, .reference, .mw-cite-backlink, .mw-empty-elt, .mw-jump-link, .noprint, .navbox, .metadata, .gallery, "
    ".thumb, .catlinks, .printfooter, .error, [hidden], [aria-hidden=true]"
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0?\.?0*\s*(?:;|$)", re.IGNORECASE
)
_TAG = re.compile(r"<(/?)(\w+)")
_EMPTY = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
#: Characters that turn or hide text.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
#: What Markdown would take for more than words. `_` inside of a word is none of it.
_SPECIAL = re.compile(r"([\\`*\[\]]|(?<!\w)_|_(?!\w)|<(?=[\w/!?])|>(?=\S)|&(?=#?\w+;)|~(?=~))")
_AT_LINE_START = re.compile(r"^(\s*)([#>+-]+)(?=\s|$)|^(\s*\d{1,9})([.)])(?=\s|$)")
_CELL = "\x1f"


class Unusable(Exception):
    """What the wiki says there can't be an answer. `str(error)` completes "the page … has": no more than a phrase."""


def cleaned(html: str) -> BeautifulSoup:
    """The page, without what is hidden, runs, or belongs to the wiki and not to its text. Raises `Unusable`."""
    if len(html) > LARGEST:
        raise Unusable(f"more than {LARGEST} characters")
    _check(html)
    # Python's own parser takes hours for HTML that is broken in the worst way. This one doesn't, and puts it in order.
    whole = nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    _check(whole)
    page = BeautifulSoup(whole, "html.parser")
    for tag in page.select(_BESIDE):
        tag.decompose()
    for tag in page.find_all(style=_HIDDEN):
        tag.decompose()
    return page


def _check(html: str) -> None:
    """Raise `Unusable` where there is more, or deeper, than the work on it can bear."""
    deepest = depth = count = 0
    for closing, tag in _TAG.findall(html):
        depth += 0 if tag in _EMPTY else -1 if closing else 1
        deepest, count = max(deepest, depth), count + 1
    if deepest > DEEPEST or count > MOST_TAGS:
        raise Unusable(f"elements nested more than {DEEPEST} deep, or more than {MOST_TAGS} of them")


def markdown_of(element: Tag, base: str) -> str:
    """Its words as Markdown, links made whole by the page's address `base`. Raises `Unusable`."""
    if len(element.get_text()) > LONGEST_TEXT:
        raise Unusable(f"a text of more than {LONGEST_TEXT} characters there")
    if len(element.find_all(limit=MOST_ELEMENTS + 1)) > MOST_ELEMENTS:
        raise Unusable(f"more than {MOST_ELEMENTS} elements there")
    for link in element.find_all("a"):
        _make_whole(link, base)
    body = _tidy(_Converter().convert_soup(element))
    if not re.search(r"\w", body):
        raise Unusable("no text there")
    return body


def _make_whole(link: Tag, base: str) -> None:
    """Links lead to the web or are words: pages that don't exist and addresses that run something are no links."""
    href = link.get("href")
    missing = "new" in link.get_attribute_list("class")
    address = _address(base, href) if isinstance(href, str) and not missing else None
    link.attrs = {"href": address} if address else {}
    if address is None:
        link.unwrap()


def _address(base: str, href: str) -> str | None:
    try:
        address = urljoin(base, href.strip())
        parts = urlsplit(address)
    except ValueError:
        return None
    proper = parts.scheme == "mailto" or (parts.scheme in ("http", "https") and bool(parts.hostname))
    # Signs that would end a link in Markdown.
    return quote(address, safe="%/:?#@!$&'*+,;=~-._[]") if proper and "@" not in parts.netloc else None


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in _INVISIBLE.sub("", text).split("\n")]
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    # Two braces would be a live figure, which only the community's own files may hold.
    return re.sub(r"\{(?=\{)", "{ ", joined)


class _Converter(MarkdownConverter):
    """Markdown as the bot renders it: CommonMark, where a new line is a new line, without tables and headings."""

    def __init__(self) -> None:
        super().__init__(bullets="-", wrap=True, wrap_width=None, escape_misc=False)

    def escape(self, text: str, parent_tags: Iterable[str]) -> str:
        """Words stay words."""
        del parent_tags
        return _AT_LINE_START.sub(
            lambda found: f"{found[1]}\\{found[2]}" if found[2] else f"{found[3]}\\{found[4]}",
            _SPECIAL.sub(r"\\\1", text),
        )

    def convert_hN(self, n: int, el: Tag, text: str, parent_tags: Iterable[str]) -> str:  # noqa: N802, library's name
        """A heading is a line in bold, since an answer in a chat has no headings."""
        del n, el, parent_tags
        words = " ".join(text.replace("**", "").split())
        return f"\n\n**{words}**\n\n" if words else ""

    def convert_dt(self, el: Tag, text: str, parent_tags: Iterable[str]) -> str:
        """So is a term."""
        return self.convert_hN(6, el, text, parent_tags)

    def convert_dd(self, el: Tag, text: str, parent_tags: Iterable[str]) -> str:
        """What is said of a term, or what is indented."""
        del el, parent_tags
        return f"\n\n{text.strip()}\n\n" if text.strip() else ""

    def convert_td(self, el: Tag, text: str, parent_tags: Iterable[str]) -> str:
        """A cell, for its row."""
        del el, parent_tags
        return f"{' '.join(text.split())}{_CELL}"

    convert_th = convert_td

    def convert_tr(self, el: Tag, text: str, parent_tags: Iterable[str]) -> str:
        """A row of a table is a point of a list."""
        del el, parent_tags
        cells = [cell.strip() for cell in text.split(_CELL) if cell.strip()]
        return f"- {'; '.join(cells)}\n" if cells else ""
