"""One file of the bank: its text → an entry, or every problem with it, each with its line and what is expected."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from bot.commands import nearest
from handlers.faq.bank import placeholders
from handlers.faq.bank.entries import Entry, Phrasing
from handlers.faq.bank.frontmatter import Fields, Items, Malformed, Page, Text, Value, take_apart

KEYS = ("questions", "not", "source", "as_of", "reviewed", "topic", "rooms", "live", "aliases")

#: A chat message that is longer isn't read; and clients fold it.
MOST_WORDS = 300
MOST_CHARACTERS = 4000
#: A longer phrasing is a story, in characters: no other question would be near to it.
LONGEST_PHRASING = 300
#: Of a name of anything, and of an address, in characters.
LONGEST_NAME, LONGEST_ADDRESS = 64, 2000

_SLUG = re.compile(r"[a-z0-9-]+")
_LANG = re.compile(r"[a-z]{2,3}")
#: Begins the answer in another language, on a line of its own.
TRANSLATION = re.compile(r"^--- ?([A-Za-z]{2,3}) *$", re.MULTILINE)
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
#: A tag or a comment; `<https://…>` is Markdown.
_HTML = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>|<!--")
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong on a line."""

    line: int
    text: str


def checked(slug: str, text: str) -> tuple[Entry | None, tuple[Problem, ...]]:
    """The entry that this text is, unless something is wrong with it. Never raises."""
    try:
        page = take_apart(text)
    except Malformed as error:
        return None, (Problem(error.line, error.problem),)
    form = _Form(page)
    entry = form.entry(slug, text)
    return (None if form.problems else entry), tuple(sorted(form.problems, key=lambda problem: problem.line))


@dataclass(slots=True)
class _Form:
    """Reads a page field by field, and notes what is wrong."""

    page: Page
    problems: list[Problem] = field(default_factory=list)

    def entry(self, slug: str, text: str) -> Entry | None:
        if not _SLUG.fullmatch(slug):
            self._wrong(1, f'the name "{slug}.md"; expected small letters, digits and hyphens')
        self._keys()
        body, translations = self._answers()
        questions = self._questions()
        return Entry(
            slug=slug,
            questions=questions,
            body=body,
            not_=self._phrasings("not"),
            source=self._source(),
            as_of=self._date("as_of"),
            reviewed=self._date("reviewed"),
            topic=self._name("topic") or "other",
            rooms=self._rooms(),
            live=self._name("live"),
            aliases=self._aliases(slug),
            translations=translations,
            text=text,
        )

    def _wrong(self, line: int, text: str) -> None:
        self.problems.append(Problem(line, text))

    def _get(self, key: str) -> Value | None:
        """The field's value; None when it is left out or empty."""
        found = next((value for name, value in self.page.front.values if name.value == key), None)
        return None if isinstance(found, Text) and not found.value.strip() else found

    def _keys(self) -> None:
        seen: set[str] = set()
        for key, _ in self.page.front.values:
            if key.value not in KEYS:
                near = nearest(key.value, KEYS)
                meant = f"did you mean {near}?" if near else f"expected one of {', '.join(KEYS)}"
                self._wrong(key.line, f"unknown key {key.value}; {meant}")
            elif key.value in seen:
                self._wrong(key.line, f"{key.value} for the second time; expected once")
            seen.add(key.value)

    def _questions(self) -> tuple[Phrasing, ...]:
        noted = len(self.problems)
        questions = self._phrasings("questions")
        if not questions and len(self.problems) == noted:
            line = next((key.line for key, _ in self.page.front.values if key.value == "questions"), 1)
            self._wrong(line, "no questions; expected a list of ways to ask, the first of them is the title")
        return questions

    def _phrasings(self, key: str) -> tuple[Phrasing, ...]:
        return tuple(phrasing for item in self._items(key) if (phrasing := self._phrasing(item)))

    def _items(self, key: str) -> tuple[Value, ...]:
        value = self._get(key)
        if value is None or isinstance(value, Items):
            return value.values if value else ()
        self._wrong(value.line, f'{key} is no list; expected lines that begin with "- "')
        return ()

    def _phrasing(self, item: Value) -> Phrasing | None:
        match item:
            case Text(value, line, "str") if value.strip():
                return self._asked(Phrasing(value.strip(), line=line))
            case Fields(((Text(lang), Text(value, _, "str")),), line) if _LANG.fullmatch(lang) and value.strip():
                return self._asked(Phrasing(value.strip(), lang, line))
            case Text(_, line, "null"):
                self._wrong(line, "an empty line; expected a question")
            case _:
                self._wrong(item.line, 'not text; expected a question (in quotes if it has ": ") or "de: …"')
        return None

    def _asked(self, phrasing: Phrasing) -> Phrasing:
        length = len(phrasing.text)
        if length > LONGEST_PHRASING:
            most = f"at most {LONGEST_PHRASING}, as somebody would ask it"
            self._wrong(phrasing.line, f"a question of {length} characters; expected {most}")
        return phrasing

    def _name(self, key: str, most: int = LONGEST_NAME) -> str | None:
        value = self._get(key)
        if value is not None and not isinstance(value, Text):
            self._wrong(value.line, f"{key} is no text; expected one word")
        return self._short(key, value, most) if isinstance(value, Text) else None

    def _short(self, what: str, text: Text, most: int = LONGEST_NAME) -> str:
        value = text.value.strip()
        if len(value) > most:
            self._wrong(text.line, f"{what} of {len(value)} characters; expected at most {most}")
        return value

    def _rooms(self) -> tuple[str, ...]:
        found = [item for item in self._items("rooms") if isinstance(item, Text)]
        for item in found:
            self._short("a room's name", item)
        return tuple(item.value for item in found)

    def _source(self) -> str | None:
        source = self._name("source", LONGEST_ADDRESS)
        if source is not None and not _web(source):
            self._wrong(self._line("source"), "source is no web address; expected https://…")
        return source

    def _date(self, key: str) -> str | None:
        written = self._name(key)
        if written is not None and not _is_date(written):
            self._wrong(self._line(key), f"{key} is no date; expected 2024, 2024-05 or 2024-05-31")
        return written

    def _aliases(self, slug: str) -> tuple[str, ...]:
        """Other names, each of the form of a name."""
        found = [item for item in self._items("aliases") if isinstance(item, Text)]
        for item in found:
            if len(item.value) > LONGEST_NAME:
                self._short("an alias", item)
            elif not _SLUG.fullmatch(item.value):
                self._wrong(item.line, f'the alias "{item.value}"; expected small letters, digits and hyphens')
            elif item.value == slug:
                self._wrong(item.line, f"the alias {slug} is the entry's own name; expected another")
        return tuple(dict.fromkeys(item.value for item in found))

    def _line(self, key: str) -> int:
        return next(name.line for name, _ in self.page.front.values if name.value == key)

    def _answers(self) -> tuple[str, dict[str, str]]:
        """The answer, and the same in other languages; each within the limits."""
        main, *others = TRANSLATION.split(self.page.body)
        self._body(main, self.page.body_line)
        translations: dict[str, str] = {}
        line = self.page.body_line + main.count("\n")
        for lang, body in zip(others[::2], others[1::2], strict=True):
            if lang.lower() in translations:
                self._wrong(line, f"a second answer in {lang}; expected one for each language")
            self._body(body, line)
            translations[lang.lower()] = body.strip()
            line += body.count("\n")
        return main.strip(), translations

    def _body(self, body: str, first: int) -> None:
        if not body.strip():
            self._wrong(first, "no answer; expected it below the front matter")
        if len(body.split()) > MOST_WORDS or len(body) > MOST_CHARACTERS:
            most = f"{MOST_WORDS} words and {MOST_CHARACTERS} characters"
            self._wrong(first, f"too long an answer ({len(body.split())} words); expected at most {most}")
            return
        for offset, wrong in _wrong_in(body):
            self._wrong(first + body[:offset].count("\n"), wrong)


def _wrong_in(body: str) -> Iterator[tuple[int, str]]:
    """What an answer may not hold, and where in it."""
    without_code = _CODE.sub(lambda code: re.sub(r"\S", " ", code[0]), body)
    tag = _HTML.search(without_code)
    if tag:
        yield tag.start(), f"HTML ({_cut(tag[0])}); expected Markdown"
    for name in placeholders.used(body):
        if name not in placeholders.NAMES:
            near = nearest(name, placeholders.NAMES)
            meant = f"did you mean {near}?" if near else f"expected one of {', '.join(placeholders.NAMES)}"
            yield body.index(name), f"unknown placeholder {_cut(name)}; {meant}"


def _cut(found: str) -> str:
    """As much as is worth repeating."""
    return found if len(found) <= LONGEST_NAME else f"{found[:LONGEST_NAME]}…"


def _web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s<>]", address)


def _is_date(written: str) -> bool:
    found = _DATE.fullmatch(written)
    if not found:
        return False
    year, month, day = (int(part or 1) for part in found.groups())
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
