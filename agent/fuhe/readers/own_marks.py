"""What fuhe itself writes into files, and how it is known again when such a file comes back."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

PROPOSER = "复核（建议稿）"
"""Who signs what nobody has accepted yet."""

WORKSHEET_TITLE = "项目支出绩效自评复核底稿"
"""The first line of a worksheet of fuhe's: laid out like a form, and none."""
ANNOTATED, REVISED, RESET = "批注", "修改稿", "（重排）"
SETTINGS, RECORD = "fuhe.toml", "运行记录.json"
_HANDED_BACK = re.compile(rf"(.+)_(?:{ANNOTATED}|{REVISED})(?:{RESET})?(?:_\d+|（改动过）)?\.\w{{3,4}}")
_STAMP = re.compile(r"复核 fuhe \d[\w.+]*　规则包 ")
_NOTE = re.compile(
    r"【复核\d+】|【(?:错误|警告|提示) [A-Z]\d{3}】|【建议】本格为建议稿|复核意见共 \d+ 条。|偏差原因和易错字的改动为修订"
)
_NOTE_PART = re.compile(rf"(?:^|\n\n)(?:（针对 [A-Z]+\d+）\n)?(?:{_NOTE.pattern})")


def is_stamped(text: str) -> bool:
    """Tell whether a text holds the line that says which version made it."""
    return _STAMP.search(text) is not None


def is_own_worksheet(texts: Iterable[str]) -> bool:
    """Tell whether some texts are those of a 复核底稿 that fuhe wrote: its title, and the line that says so."""
    known = list(texts)
    return WORKSHEET_TITLE in known and any(map(is_stamped, known))


def is_own_note(author: str, text: str) -> bool:
    """Tell whether a comment is one of fuhe's, signed by it or by the person who accepted it."""
    return author == PROPOSER or _NOTE.match(text) is not None


def before_own_note(text: str) -> str:
    """Return what a person wrote in a comment before fuhe added to it; the whole where fuhe did not."""
    found = _NOTE_PART.search(text)
    return text if found is None else text[: found.start()]


def handed_back(names: Iterable[str]) -> set[str]:
    """Return those of some paths that are handed-back copies of a file among them."""
    known = list(names)
    paths = [PurePosixPath(name.replace("!", "/")) for name in known]
    originals = {path.name for path in paths} | {path.stem for path in paths}
    marked = zip(known, (_HANDED_BACK.fullmatch(path.name) for path in paths), strict=True)
    return {name for name, found in marked if found and found[1] in originals}
