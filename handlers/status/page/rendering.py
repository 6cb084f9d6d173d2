"""Values → HTML: templates, and where links lead. Whatever is put into a template is escaped."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

_ADDRESS = re.compile(r"https?://[^\s<>\"'`|\\^{}\[\]]+", re.IGNORECASE)
#: What ends a sentence belongs to no address.
_AFTER = ".,;:!?)…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where links lead from a page. `root` leads back to the first page; `exported`: pages are files."""

    root: str = ""
    exported: bool = False

    @property
    def home(self) -> str:
        """The first page."""
        return f"{self.root}index.html" if self.exported else self.root or "./"

    @property
    def history(self) -> str:
        """Older incidents."""
        return f"{self.root}history{self._ending}"

    def incident(self, id: str) -> str:  # noqa: A002 - as the record's own field
        """One incident's page."""
        return f"{self.root}incidents/{quote(id, safe='')}{self._ending}"

    def file(self, name: str) -> str:
        """What has the same name served and exported."""
        return f"{self.root}{name}"

    @property
    def _ending(self) -> str:
        return ".html" if self.exported else ""


def linked(text: str) -> Markup:
    """Somebody else's text, in which addresses of the web, and nothing else, become links."""
    parts, end = [], 0
    for found in _ADDRESS.finditer(text):
        address = found.group().rstrip(_AFTER)
        if _leads_somewhere(address):
            parts += [escape(text[end : found.start()]), _anchor(address)]
            end = found.start() + len(address)
    return Markup("").join([*parts, escape(text[end:])])


def _anchor(address: str) -> Markup:
    return Markup('<a href="{0}" rel="nofollow noopener ugc">{0}</a>').format(address)


def _leads_somewhere(address: str) -> bool:
    """Whether it has a host, and pretends to no other one by a user's name before it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname) and "@" not in parts.netloc


ENVIRONMENT = Environment(
    loader=PackageLoader("handlers.status.page"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
ENVIRONMENT.filters["linked"] = linked


def render(template: str, links: Links, **values: Any) -> str:
    """The page that this template makes of these values."""
    return ENVIRONMENT.get_template(f"{template}.html.j2").render(links=links, **values)
