"""The opinion on a form as far as it has come: with anything open it is a draft, and says what is open."""

from collections import Counter

from fuhe.drafts import Draft
from fuhe.findings import SEVERITIES, SEVERITY_LABELS
from fuhe.outputs.contract import FormReport
from fuhe.outputs.opinion_text import blanks_of, decided_opinion
from fuhe.web.work.open_form import OpenForm

DRAFT = "草稿"
_NOTHING_SAID = "经复核，没有需要修改的意见。"


def opinion_so_far(seen: OpenForm) -> Draft:
    """Return the opinion made of what was taken in so far."""
    made = decided_opinion(with_all(seen))
    left = "".join(unfinished(seen))
    if not left:
        return made
    title, opening, *rest = made.text.split("\n")
    opening = opening.removesuffix(_NOTHING_SAID) + ("" if rest else left)
    text = "\n".join([title, opening, *rest, *([left] if rest else [])])
    return made.model_copy(update={"text": text, "blanks": blanks_of(text)})


def with_all(seen: OpenForm) -> FormReport:
    """Return the form with what shows over several forms among its findings."""
    findings = tuple(entry.finding for entry in seen.findings)
    return seen.current.frame.model_copy(update={"findings": findings, "points": seen.points})


def unfinished(seen: OpenForm) -> tuple[str, ...]:
    """Return the sentence that says what is still open, none where all is decided."""
    told = open_in_words(seen)
    return (f"复核尚未完成，还有{told}待处理。",) if told else ()


def open_in_words(seen: OpenForm) -> str:
    """Say what nobody has decided yet by level, nothing where all is decided."""
    levels = Counter(entry.finding.severity for entry in seen.findings if entry.decision is None)
    return "、".join(f"{SEVERITY_LABELS[level]}{levels[level]}条" for level in SEVERITIES if levels[level])


def open_errors(seen: OpenForm) -> int:
    """Count the errors nobody has decided yet."""
    return sum(entry.decision is None and entry.finding.severity == "error" for entry in seen.findings)


def draft_mark(seen: OpenForm) -> str:
    """Return what the name of a file ends with where the form is not decided in full."""
    left = sum(entry.decision is None for entry in seen.findings)
    return f"（{DRAFT}，{left}条待处理）" if left else ""
