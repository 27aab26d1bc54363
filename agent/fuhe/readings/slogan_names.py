"""Names that are a sentence of intent or a way of doing things, not a thing that can be measured."""

from fuhe.policy import simplify
from fuhe.readings.parts_of_clause import clauses
from fuhe.readings.vocabulary import Word, words_of
from fuhe.text import bare, squeeze

_LEAST = 10
_AIMED_AT = "对"  # 对…的影响: vague, but about something, not a way of doing it


def is_slogan_name(name: str) -> bool:
    """Tell whether a name opens with an intention or a means and does not end in something counted."""
    plain = simplify(squeeze(name)).strip("。.,;、")
    words = words_of(plain[:200])
    if len(bare(plain)) < _LEAST or not words or _ends_in_scale(words[-1]):
        return False
    return (words[0].part == "means" and words[0].text != _AIMED_AT) or _opens_with_wish(plain)


def _ends_in_scale(last: Word) -> bool:
    """Money saved or spent at the end of a sentence measures nothing: 充分利用优势，节约成本."""
    return last.part == "head" and last.attributes.get("kind") not in ("total", "none")


def _opens_with_wish(plain: str) -> bool:
    first = next(iter(clauses(plain)), None)
    part = first.parts[0] if first and first.parts else None
    return part is not None and part.start == 0 and part.is_a("wishes") and not part.is_a("turns")
