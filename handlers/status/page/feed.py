"""The Atom feed: an entry for each incident, which changes as the incident does."""

import uuid
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from handlers.status.page.model import IncidentView
from handlers.status.page.rendering import Links

ATOM = "http://www.w3.org/2005/Atom"
#: Before anything has happened, the feed was last changed then.
NEVER = "2020-01-01T00:00:00Z"
TYPE = "application/atom+xml; charset=utf-8"


def feed(community: str, incidents: Sequence[IncidentView], links: Links) -> bytes:
    """The feed of these incidents, the newest first. Ids don't depend on addresses, so that a move repeats nothing."""
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": "en-GB"})
    _text(root, "title", f"{community} status")
    _text(root, "id", _id(community, ""))
    _text(root, "updated", max((one.changed.iso for one in incidents), default=NEVER))
    _text(ET.SubElement(root, "author"), "name", community)
    ET.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": links.file("feed.atom")})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": links.home})
    for one in incidents:
        _entry(root, community, one, links)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _entry(root: ET.Element, community: str, one: IncidentView, links: Links) -> None:
    entry = ET.SubElement(root, "entry")
    ended = f" for {one.lasted}" if not one.open else ""
    _text(entry, "title", f"{'' if one.open else 'Resolved: '}{one.title}{ended}")
    _text(entry, "id", _id(community, one.id))
    _text(entry, "published", one.opened.iso)
    _text(entry, "updated", one.changed.iso)
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": links.incident(one.id)})
    ET.SubElement(entry, "category", {"term": one.name, "label": one.service})
    lines = [one.summary, *(f"{update.at.full}: {update.text}" for update in reversed(one.updates))]
    _text(entry, "content", "\n\n".join(line for line in lines if line) or one.title, type="text")


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = text


def _id(community: str, incident: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"steward:{community}/{incident}").urn
