"""What a web page keeps from the eye: elements hidden by attribute, by style, or white on white."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

_GONE = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_BLANK = re.compile(
    r"visibility\s*:\s*(hidden|collapse)|opacity\s*:\s*0(\.0+)?\s*(;|$)|font-size\s*:\s*0(\.0+)?(px|pt|r?em|%)?\s*(;|$|!)",
    re.IGNORECASE,
)
_SUSPECT = re.compile("none|hid|collapse|opacity|font-size", re.IGNORECASE)  # what most styles lack
_WHITE = re.compile(
    r"(^|[;\s])color\s*:\s*(#fff\b|#ffffff\b|white\b|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\))", re.IGNORECASE
)
_STRUCK = re.compile(
    r"text-decoration(-line)?\s*:[^;]*line-through|text-line-through\s*:\s*(single|double)", re.IGNORECASE
)
_WHITE_NAMES = ("white", "#fff", "#ffffff")
_BRACE = re.compile("[{}]")
_SIMPLE = re.compile(r"[a-z][\w-]*|[.#][\w-]+|[a-z][\w-]*\.[\w-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hiding:
    """The simple selectors (tag, .class, tag.class, #id) that the page's style sheets hide, and those they strike out."""

    selectors: frozenset[str]
    struck: frozenset[str]

    def hides(self, element: etree._Element) -> bool:
        """Tell whether a person does not see the element."""
        named = {str(name): str(value) for name, value in element.items()}
        if not named and not self.selectors:
            return False
        style = named.get("style", "")
        if "hidden" in named or (_SUSPECT.search(style) and (_GONE.search(style) or _BLANK.search(style + ";"))):
            return True
        if self.selectors and _selected(element, self.selectors):
            return True
        return ("color" in named or "color" in style) and _is_white(named, style) and not _on_colour(element)

    def keeps_place(self, element: etree._Element) -> bool:
        """Tell whether a hidden element still takes its room."""
        return not (
            "hidden" in element.attrib or _GONE.search(element.get("style") or "") or _selected(element, self.selectors)
        )

    def strikes(self, element: etree._Element) -> bool:
        """Tell whether the element's own style strikes its text out."""
        style = element.get("style")
        if style and "line-through" in style.lower() and _STRUCK.search(style):
            return True
        return bool(self.struck) and _selected(element, self.struck)


def _selected(element: etree._Element, selectors: frozenset[str]) -> bool:
    tag, names = str(element.tag), (element.get("class") or "").lower().split()
    if tag in selectors or f"#{(element.get('id') or '').lower()}" in selectors:
        return True
    return any(f".{name}" in selectors or f"{tag}.{name}" in selectors for name in names)


def hiding_rules(root: etree._Element) -> Hiding:
    """Collect what the page's own style sheets hide or strike out on screen; rules for print and other media do not count."""
    hidden: set[str] = set()
    struck: set[str] = set()
    for sheet in root.iter("style"):
        for names, body in _rules(_uncommented(inner_text(sheet))):
            kinds = [hidden] if _GONE.search(body) or _BLANK.search(body + ";") else []
            kinds += [struck] if _STRUCK.search(body) else []
            for found in kinds:
                found.update(name.strip().lower() for name in names.split(",") if _SIMPLE.fullmatch(name.strip()))
    return Hiding(frozenset(hidden), frozenset(struck))


def inner_text(element: etree._Element) -> str:
    """Return all text inside an element."""
    return "".join(map(str, element.itertext()))


def _uncommented(sheet: str) -> str:
    first, *later = sheet.replace("<!--", "").replace("-->", "").split("/*")
    return first + "".join(piece.partition("*/")[2] for piece in later)


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield selectors and body of each outermost rule; an @media block is one rule whose name fits no selector."""
    depth = start = inside = 0
    names = ""
    for brace in _BRACE.finditer(sheet):
        at = brace.start()
        if brace.group() == "{":
            depth += 1
            if depth == 1:
                names, inside = sheet[start:at], at + 1
        elif depth:
            depth -= 1
            if depth == 0:
                yield names, sheet[inside:at]
                start = at + 1


def _is_white(named: dict[str, str], style: str) -> bool:
    return bool(_WHITE.search(style)) or named.get("color", "").strip().lower() in _WHITE_NAMES


def _on_colour(element: etree._Element | None) -> bool:
    """Tell whether something around may paint a ground: then white text can be read."""
    while element is not None:
        if "class" in element.attrib or "bgcolor" in element.attrib or "background" in (element.get("style") or ""):
            return True
        element = element.getparent()
    return False
