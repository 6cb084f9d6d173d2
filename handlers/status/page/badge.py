"""The badge: a small picture that says how it is. It brings its own colours, so it can be read on any ground."""

from xml.etree import ElementTree as ET

from handlers.status.states import State

TYPE = "image/svg+xml"
#: White on each of these has a contrast of at least 4.5 to 1.
COLOURS = {
    State.UP: "#17713f",
    State.DEGRADED: "#8a5a00",
    State.DOWN: "#b3261e",
    State.MAINTENANCE: "#2f5aa8",
    State.UNKNOWN: "#5d5a55",
}
LABEL = "#2b2a28"
#: The height, the room beside a text, and about how wide a character is. The drawing makes the text fit.
HEIGHT, ROOM, CHARACTER = 22, 8, 6.6
LONGEST = 80


def badge(label: str, words: str, state: State) -> bytes:
    """An SVG with `label` on the left and `words` on the right."""
    label, words = _short(label), _short(words)
    left, right = _wide(label), _wide(words)
    title = f"{label}: {words}"
    size = {"width": str(left + right), "height": str(HEIGHT)}
    svg = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size, "role": "img", "aria-label": title})
    ET.SubElement(svg, "title").text = title
    ET.SubElement(svg, "rect", {"width": str(left + right), "height": str(HEIGHT), "rx": "4", "fill": LABEL})
    clear = {"x": str(left), "width": str(right), "height": str(HEIGHT), "rx": "4", "fill": COLOURS[state]}
    ET.SubElement(svg, "rect", clear)
    ET.SubElement(svg, "rect", {**clear, "width": "6", "rx": "0"})
    font = {"fill": "#fff", "font-family": "Verdana,DejaVu Sans,system-ui,sans-serif", "font-size": "11"}
    texts = ET.SubElement(svg, "g", {**font, "text-anchor": "middle"})
    for text, middle, wide in ((label, left / 2, left), (words, left + right / 2, right)):
        placed = {"x": f"{middle:g}", "y": "15", "textLength": str(wide - 2 * ROOM), "lengthAdjust": "spacingAndGlyphs"}
        ET.SubElement(texts, "text", placed).text = text
    return written(svg)


def icon(state: State) -> bytes:
    """A dot for the browser's tab."""
    svg = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 20 20"})
    ET.SubElement(svg, "circle", {"cx": "10", "cy": "10", "r": "9", "fill": COLOURS[state]})
    return written(svg)


def written(svg: ET.Element) -> bytes:
    """The drawing as a file."""
    text: bytes = ET.tostring(svg, encoding="utf-8")
    return text


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _wide(text: str) -> int:
    return round(len(text) * CHARACTER) + 2 * ROOM
