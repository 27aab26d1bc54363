"""The guard: a proposal whose slots, blanks, length or words may not go into a file is told so, with the words that bar it."""

from dataclasses import dataclass, replace

from fuhe.drafting import known_words, word_check
from fuhe.drafting.known_words import FormWords
from fuhe.drafting.proposal import Proposal, printed
from fuhe.drafting.sentence import Kind
from fuhe.drafting.word_check import CheckedSentence
from fuhe.policy import Pack, lexicon
from fuhe.records import Form

LONGEST = {"reason": 200, "advice": 200, "indicator": 400, "opinion": 4000, "report": 20000}
"""Characters of a printed draft by kind, unless the form prints a limit of its own."""


@dataclass(frozen=True)
class Violation:
    """What a proposal does that it must not; `message` is what the model is told in the repair round."""

    check: str
    message: str

    def __str__(self) -> str:
        return f"{self.check}：{self.message}"


def ground(form: Form, pack: Pack) -> FormWords:
    """Collect what the form says."""
    return known_words.of_form(form, pack)


def violations(proposal: Proposal, *, longest: int | None = None) -> list[Violation]:
    """Check a proposal's slots, blanks and printed length (characters); its words are for `in_words`."""
    if unknown := proposal.unknown():
        return [Violation("事实", f"没有这些事实或留空代号：{'、'.join(unknown)}")]
    limit = longest or LONGEST[proposal.kind]
    if len(printed(proposal.template, proposal.facts)) > limit:
        return [Violation("长度", f"超过{limit}字")]
    return []


def in_words(template: str, said: FormWords, names: tuple[str, ...] = (), kind: Kind = "opinion") -> list[Violation]:
    """Check the words a model wrote between slots and blanks; an empty list means they may go into a file.

    `names` are further names the words are about; they count as the form's.
    """
    more = known_words.GAP.join(known_words.folded(name) for name in names)
    known = replace(said, text=f"{said.text}{known_words.GAP}{more}", names=f"{said.names}{known_words.GAP}{more}")
    return told(word_check.check(template, known, kind))


def told(checked: CheckedSentence) -> list[Violation]:
    """Return what a check has against a sentence as the model is told it."""
    refused = [Violation("意思", reason) for reason in checked.refused]
    return refused + [Violation("用词", f"“{doubt.text}”{doubt.why}") for doubt in checked.foreign]


def stand_in(text: str) -> str:
    """Return a draft as if its blanks were filled, for the closed loop only; a report's blanks never stand in a cell."""
    labels, fills = lexicon("to_be_filled"), lexicon("drafting")["stand_ins"]
    for key, fill in fills.items():
        text = text.replace(f"【待补充：{labels[key]}】", str(fill))
    return text
