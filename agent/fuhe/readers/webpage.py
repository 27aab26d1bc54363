"""The bytes of a web page become its element tree, whatever charset they are in or say they are in."""

import codecs
import re

from lxml import etree

from fuhe.errors import ReadError

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_MOST_DAMAGE = 0.1  # Chinese bytes read in the wrong charset fail far more often
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def parsed(data: bytes) -> etree._Element:
    """Parse a page without network, entities of its own or control characters; one cut short raises ReadError."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    text = _CONTROL.sub("", decoded(data))
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise ReadError("broken", "网页内容解析不了", todo="请用浏览器打开后另存一份再提交") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise ReadError("unsafe", "网页嵌套过深或单处内容过大，读不完整", todo="请用 Word 或 Excel 原件提交")
    if root is None:
        raise ReadError("no_text", "网页里没有可读的文字", todo="请确认保存的是自评表页面本身")
    return root


def decoded(data: bytes) -> str:
    """Decode by byte order mark, as UTF-8 if it is that, by the declared charset, else as gb18030."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace")
    even, odd = data[:64:2].count(0), data[1:64:2].count(0)
    if (even == 0) != (odd == 0) and 4 * max(even, odd) > len(data[:64]):  # UTF-16 markup without its mark
        return data.decode("utf-16-be" if even else "utf-16-le", "replace")
    tries = [text for name in ("utf-8", _declared(data), "gb18030") if (text := _tried(data, name))]
    return next((text for text in tries if _damage(text) < _MOST_DAMAGE), min(tries, key=_damage, default=""))


def _damage(text: str) -> float:
    """Return which share of the characters beyond ASCII could not be decoded."""
    beyond = sum(map(len, _BEYOND_ASCII.findall(text)))
    return text.count("\ufffd") / beyond if beyond else 0.0


def _declared(data: bytes) -> str:
    found = _CHARSET.search(data[:4096])
    name = found.group(1).decode("ascii", "replace").lower() if found else "gb18030"
    # Western and short Chinese charsets are declared by habit: any byte fits the one, the other lacks rare characters.
    return "gb18030" if name.startswith(("gb", "x-gbk", "iso-8859", "windows-125", "ascii")) else name


def _tried(data: bytes, name: str) -> str:
    try:
        return data.decode(name, "replace")
    except LookupError:  # no such charset, or one that is not for text
        return ""
