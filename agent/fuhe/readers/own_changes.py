"""fuhe's own proposals in a Word file it gets back: changes nobody has accepted are taken out again."""

from lxml import etree

from fuhe.readers.docxtext import P, W
from fuhe.readers.own_marks import PROPOSER, is_own_note

_AUTHOR = W + "author"
_INS, _DEL, _TEXT, _DELETED = W + "ins", W + "del", W + "t", W + "delText"


def may_hold(part: bytes) -> bool:
    """Tell whether a part mentions fuhe as an author at all."""
    return PROPOSER.encode() in part


def reject(root: etree._Element) -> bool:
    """Undo fuhe's own tracked changes in a body; tell whether there were any."""
    own = [mark for mark in root.iter(_INS, _DEL) if mark.get(_AUTHOR) == PROPOSER]
    for mark in own:
        holder = mark.getparent()
        if holder is None:
            continue
        if mark.tag == _DEL and len(mark):
            for text in mark.iter(_DELETED):
                text.tag = _TEXT
            at = holder.index(mark)
            holder[at : at + 1] = list(mark)
        else:  # put in by fuhe, or the mark of a struck-out paragraph end
            holder.remove(mark)
    return bool(own)


def own_comments(comments: etree._Element) -> list[etree._Element]:
    """Return the comments of a comments part that fuhe wrote."""
    return [entry for entry in comments if is_own_note(entry.get(_AUTHOR, ""), _first_line(entry))]


def _first_line(comment: etree._Element) -> str:
    first = comment.find(P)
    return "" if first is None else "".join(text.text or "" for text in first.iter(_TEXT))
