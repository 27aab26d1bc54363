"""The text a person sees in a Word paragraph: no deleted, hidden or field-code text, symbols as characters."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from lxml import etree

from fuhe.errors import ReadError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

P, TBL, SDT, SHADE, BOX, ALT_CHUNK = W + "p", W + "tbl", W + "sdt", W + "shd", W + "txbxContent", W + "altChunk"
_VAL = W + "val"
_STRIKES, _OBJECT = (W + "strike", W + "dstrike"), W + "object"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PICTURES = (_DRAWING + "blip", "{urn:schemas-microsoft-com:vml}imagedata")
_EXTENT = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent"
_LARGE = 2_160_000  # 6 cm in English metric units
_VANISH, _COLOUR, _RUN_STYLE, _HIGHLIGHT = W + "vanish", W + "color", W + "rStyle", W + "highlight"
_STYLE_VANISH, _STYLE_COLOUR = f"{W}rPr/{_VANISH}", f"{W}rPr/{_COLOUR}"
MAX_PARAGRAPHS = 200_000
_MAX_BASES = 12
_ALTERNATE, _CHOICE, _FALLBACK = _MC + "AlternateContent", _MC + "Choice", _MC + "Fallback"
_SEEN_THROUGH = {SDT, _ALTERNATE} | {
    W + name
    for name in ("sdtContent", "customXml", "smartTag", "ins", "moveTo", "hyperlink", "fldSimple", "dir", "bdo")
}
_OFF = ("0", "false", "off")
# White as Word writes it, and what looks the same on paper.
_WHITE = re.compile(r"(?:F[0-9A-F]){3}")
_WHITE_LETTERS = re.compile(rb""":color\s[^>]*val=["'](?:[Ff][0-9A-Fa-f]){3}["']""")
_TABLE_LOOK = re.compile(rb"<w:tblStylePr .*?</w:tblStylePr>", re.DOTALL)
_PRIVATE = re.compile("[\uf020-\uf0ff]")

_SYMBOL = dict(
    zip(b"\xa3\xb3\xb1\xb4\xb8\xb9\xba\xbb\xb0\xb7\xa5\x2d\xae\xd7\xd6\xe5", "≤≥±×÷≠≡≈°•∞−→·√∑", strict=True)
)
_SYMBOL |= dict(zip(b"abgdepmswDWF", "αβγδεπμσωΔΩΦ", strict=True))
_WINGDINGS = dict(zip(b"\xfe\xfd\xfc\xfb\xa8\x6f\xa1\x6e\x6c\x9f\xd8\xe0\x75\xab", "☑☒✓✗☐□○■●•➢→◆★", strict=True))
_WINGDINGS2 = dict(zip(b"\x52\x53\x54\x50\x4f\xa3\x2a\x99", "☑☒☒✓✗☐☐●", strict=True))
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS2}


class Styles(NamedTuple):
    """Ids of the styles that hide text, that print it white, and of the table styles that shade cells."""

    vanish: frozenset[str] = frozenset()
    white: frozenset[str] = frozenset()
    shading: frozenset[str] = frozenset()


def flat(node: Iterable[etree._Element]) -> Iterator[etree._Element]:
    """Yield an element's children, looking through content controls, insertions and alternatives."""
    for child in node:
        tag = child.tag
        if tag not in _SEEN_THROUGH:
            yield child
        elif tag == SDT:
            if not is_placeholder(child):
                yield from flat(child)
        elif tag == _ALTERNATE:
            chosen = child.find(_CHOICE)
            chosen = child.find(_FALLBACK) if chosen is None else chosen
            if chosen is not None:
                yield from flat(chosen)
        else:
            yield from flat(child)


def is_placeholder(control: etree._Element) -> bool:
    """Tell whether a content control still shows its prompt (单击此处输入文字) instead of an entry."""
    mark = control.find(f"{W}sdtPr/{W}showingPlcHdr")
    return mark is not None and is_on(mark)


def is_on(mark: etree._Element) -> bool:
    """Tell whether a yes-or-no property is set."""
    return mark.get(_VAL) not in _OFF


def is_white(colour: str | None) -> bool:
    """Tell whether a colour cannot be told from white paper."""
    return colour is not None and _WHITE.fullmatch(colour.upper()) is not None


def is_shaded(shade: etree._Element | None) -> bool:
    """Tell whether a shading fills the background with something else than white."""
    if shade is None:
        return False
    fill = shade.get(W + "fill", "auto")
    return shade.get(_VAL) == "solid" or (fill != "auto" and not is_white(fill))


def may_hide(part: bytes) -> bool:
    """Tell whether a part mentions hidden or white text at all, so that most files skip the closer look."""
    return b"vanish" in part or _WHITE_LETTERS.search(part) is not None


def styles_may_hide(part: bytes) -> bool:
    """Tell the same of a style sheet; white letters that a table style puts on its dark rows do not count."""
    return may_hide(part) and may_hide(_TABLE_LOOK.sub(b"", part))


def read_styles(root: etree._Element) -> Styles:
    """Return which styles hide or whiten text and which table styles shade, directly or by their base style."""
    vanish, white, shading, base = {}, {}, {}, {}
    for style in root.iterfind(W + "style"):
        name = style.get(W + "styleId", "")
        mark, colour, parent = (style.find(path) for path in (_STYLE_VANISH, _STYLE_COLOUR, W + "basedOn"))
        vanish[name] = None if mark is None else is_on(mark)
        white[name] = None if colour is None else is_white(colour.get(_VAL))
        shading[name] = True if any(map(is_shaded, style.iter(SHADE))) else None
        base[name] = "" if parent is None else parent.get(_VAL, "")
    return Styles(_inherit(vanish, base), _inherit(white, base), _inherit(shading, base))


def _inherit(own: dict[str, bool | None], base: dict[str, str]) -> frozenset[str]:
    return frozenset(name for name in own if _inherits(name, own, base))


def _inherits(name: str, own: dict[str, bool | None], base: dict[str, str]) -> bool:
    for _ in range(_MAX_BASES):
        answer = own.get(name, False)
        if answer is not None:
            return answer
        name = base[name]
    return False


class VisibleText:
    """Reads one paragraph after the other; keeps the open fields, what was hidden, and text boxes met on the way."""

    def __init__(self, styles: Styles, *, watch: bool) -> None:
        self.styles, self.watch = styles, watch
        self.shaded = False
        self.hidden = False
        self.strikes = False  # whether the file has struck-out letters at all
        self.met: set[str] = set()  # what else than text was met since it was last emptied
        self.boxes: list[etree._Element] = []
        self._count = 0
        self._style = ""
        self._fields: list[bool] = []  # for each open field: are we in its code, before its result?
        self._parts: list[str] = []

    def read(self, paragraph: etree._Element) -> str:
        """Return a paragraph's visible text with line breaks; text boxes go to `boxes`; may raise "too_large"."""
        self._parts = []
        self._count += 1
        if self._count > MAX_PARAGRAPHS:
            raise ReadError("too_large", f"文件超过 {MAX_PARAGRAPHS} 段的上限", todo="请只保留自评表，再试一次")
        # A code that never ends must not swallow the rest of the document.
        self._fields = [False] * len(self._fields)
        shaded = self.shaded
        if self.watch:
            style = paragraph.find(f"{W}pPr/{W}pStyle")
            self._style = "" if style is None else style.get(_VAL, "")
            self.shaded = shaded or is_shaded(paragraph.find(f"{W}pPr/{SHADE}"))
        self._walk(paragraph)
        self.shaded = shaded
        return "".join(self._parts)

    def _walk(self, node: etree._Element) -> None:
        for child in node:
            step = _STEPS.get(child.tag)
            if step is not None:
                step(self, child)

    def _through(self, wrapper: etree._Element) -> None:
        for child in flat((wrapper,)):
            step = _STEPS.get(child.tag)
            if step is not None:
                step(self, child)

    def _put(self, text: str) -> None:
        if not (self._fields and any(self._fields)):
            self._parts.append(text)

    def _run(self, run: etree._Element) -> None:
        if self.watch and self._is_hidden(run):
            self.hidden = self.hidden or self._has_text(run)
            return
        if self.strikes and _is_struck(run) and self._has_text(run):
            self.met.add("struck")
            return
        self._walk(run)

    def _is_hidden(self, run: etree._Element) -> bool:
        properties = run.find(W + "rPr")
        look = {} if properties is None else {prop.tag: prop for prop in properties}
        styles = {self._style, look[_RUN_STYLE].get(_VAL, "") if _RUN_STYLE in look else ""}
        if is_on(look[_VANISH]) if _VANISH in look else styles & self.styles.vanish:
            return True
        if not (is_white(look[_COLOUR].get(_VAL)) if _COLOUR in look else styles & self.styles.white):
            return False
        return not (self.shaded or is_shaded(look.get(SHADE)) or _HIGHLIGHT in look)

    def _has_text(self, run: etree._Element) -> bool:
        return any((piece.text or "").strip() for piece in run.iter(W + "t"))

    def _text(self, piece: etree._Element) -> None:
        text = piece.text
        if not text:
            return
        if (text[0] in " \t\r\n" or text[-1] in " \t\r\n") and piece.get(_SPACE) != "preserve":
            text = text.strip(" \t\r\n")
        if _PRIVATE.search(text):
            text = _PRIVATE.sub(lambda found: _symbol(_font(piece), found.group()), text)
        self._put(text)

    def _symbol(self, symbol: etree._Element) -> None:
        code = symbol.get(W + "char", "")
        if re.fullmatch("[0-9A-Fa-f]{1,4}", code):
            self._put(_symbol(symbol.get(W + "font", ""), chr(int(code, 16))))

    def _field(self, mark: etree._Element) -> None:
        kind = mark.get(W + "fldCharType")
        if kind == "begin":
            entry = mark.find(W + "ffData")
            if entry is not None:
                self._put(_form_entry(entry))
            self._fields.append(True)
        elif kind == "separate" and self._fields:
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _box(self, drawing: etree._Element) -> None:
        if drawing.tag == _OBJECT:
            self.met.add("object")
        elif next(drawing.iter(*_PICTURES), None) is not None:
            self.met.add("large" if _is_large(drawing) else "picture")
        found = drawing.iter(BOX)
        self.boxes.extend(box for box in found if not _is_fallback(box, drawing))

    def _denominator(self, part: etree._Element) -> None:
        self._put("/")
        self._walk(part)


def _is_struck(run: etree._Element) -> bool:
    marks = (run.find(f"{W}rPr/{name}") for name in _STRIKES)
    return any(mark is not None and is_on(mark) for mark in marks)


def _is_large(drawing: etree._Element) -> bool:
    """Tell whether a picture is as large as a table may be."""
    size = next(drawing.iter(_EXTENT), None)
    sides = [] if size is None else [size.get("cx", "0"), size.get("cy", "0")]
    return len(sides) == 2 and all(side.isdecimal() and int(side) > _LARGE for side in sides)


def _is_fallback(box: etree._Element, drawing: etree._Element) -> bool:
    """Tell whether a text box is the second copy of one already taken, or stands inside another one."""
    for above in box.iterancestors():
        if above is drawing:
            return False
        if above.tag == BOX:
            return True
        if above.tag == _FALLBACK:
            holder = above.getparent()
            return holder is not None and holder.find(_CHOICE) is not None
    return False


def _font(piece: etree._Element) -> str:
    run = piece.getparent()
    fonts = None if run is None else run.find(f"{W}rPr/{W}rFonts")
    return "" if fonts is None else fonts.get(W + "ascii") or fonts.get(W + "hAnsi") or ""


def _symbol(font: str, char: str) -> str:
    """Return the Unicode character for one of a symbol font; symbol fonts sit at U+F000."""
    table, code = _FONTS.get(font.lower()), ord(char)
    if table is None:
        return char if code >= 0x20 and not 0xD800 <= code < 0xE000 else ""
    return table.get(code & 0xFF, "\ufffd" if code >= 0xF000 else char)


def _form_entry(entry: etree._Element) -> str:
    box, choices = entry.find(W + "checkBox"), entry.find(W + "ddList")
    if box is not None:
        mark = box.find(W + "checked")
        mark = box.find(W + "default") if mark is None else mark
        return "☑" if mark is not None and is_on(mark) else "☐"
    if choices is None:
        return ""
    words = [choice.get(_VAL, "") for choice in choices.iterfind(W + "listEntry")]
    result = choices.find(W + "result")
    index = result.get(_VAL, "") if result is not None else "0"
    return words[int(index)] if index.isdecimal() and int(index) < len(words) else ""


def _nothing_else(text: str) -> Callable[[VisibleText, etree._Element], None]:
    return lambda reader, _: reader._put(text)


_STEPS: dict[str, Callable[[VisibleText, etree._Element], None]] = {
    W + "r": VisibleText._run,
    W + "t": VisibleText._text,
    W + "tab": _nothing_else("\t"),
    W + "ptab": _nothing_else("\t"),
    W + "br": _nothing_else("\n"),
    W + "cr": _nothing_else("\n"),
    W + "noBreakHyphen": _nothing_else("-"),
    W + "sym": VisibleText._symbol,
    W + "fldChar": VisibleText._field,
    W + "drawing": VisibleText._box,
    W + "pict": VisibleText._box,
    W + "object": VisibleText._box,
    W + "ruby": VisibleText._walk,
    W + "rubyBase": VisibleText._walk,
    _MATH + "t": VisibleText._text,
    _MATH + "den": VisibleText._denominator,
    **dict.fromkeys(_SEEN_THROUGH, VisibleText._through),
    **{
        _MATH + name: VisibleText._walk
        for name in ("oMathPara", "oMath", "r", "f", "num", "e", "d", "sSub", "sSup", "sub", "sup")
    },
}
