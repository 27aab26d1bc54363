"""Proposals to drafts: a template names its facts and blanks by key, and code alone prints figures and labels."""

import dataclasses
import re
from collections.abc import Iterable

from fuhe.drafts import Draft, DraftKind, Fact, Plan, Suggestion
from fuhe.policy import lexicon

SLOT = re.compile(r"\{([^{}\[\]]+)\}")
BLANK = re.compile(r"\[\[(\w+)\]\]")
_PRINTED = re.compile(r"【待补充：([^】]+)】")
_EITHER = re.compile(rf"{SLOT.pattern}|{BLANK.pattern}")


@dataclasses.dataclass(frozen=True)
class Proposal:
    """A draft not yet printed: its `template` holds {事实} slots and [[blank]] keys and no figure of its own."""

    kind: DraftKind
    field: str
    template: str
    facts: dict[str, Fact] = dataclasses.field(default_factory=dict)
    answers: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    indicator: Plan | None = None

    def unknown(self) -> tuple[str, ...]:
        """Return the slots without a fact and the blanks without a label."""
        slots = [name for name in SLOT.findall(self.template) if name not in self.facts]
        return tuple(slots + [name for name in BLANK.findall(self.template) if name not in lexicon("to_be_filled")])


def label(key: str) -> str:
    """Return the printed form of a blank: 【待补充：原因】 for `cause`."""
    return f"【待补充：{lexicon('to_be_filled')[key]}】"


def printed(template: str, facts: dict[str, Fact]) -> str:
    """Fill slots and blanks in one pass, so that no cell's text is ever read as a template."""
    return _EITHER.sub(lambda found: facts[found[1]].value if found[1] else label(found[2]), template)


def _blanks(proposal: Proposal) -> tuple[str, ...]:
    """Return the labels of the blanks, those of a planned indicator's fields included."""
    labels = lexicon("to_be_filled")
    keyed = [labels[name] for name in BLANK.findall(proposal.template)]
    fields = proposal.indicator.model_dump().values() if proposal.indicator else ()
    return tuple(keyed + [found for text in fields if text for found in _PRINTED.findall(text)])


def finished(
    proposal: Proposal,
    *,
    model: str | None = None,
    prompt: str | None = None,
    violations: Iterable[str] = (),
    tokens: int | None = None,
    suggestion: Suggestion | None = None,
) -> Draft:
    """Print a proposal; `model` and `prompt` say who wrote its words, `violations` what was refused on the way."""
    return Draft(
        kind=proposal.kind,
        field=proposal.field,
        answers=proposal.answers,
        text=printed(proposal.template, proposal.facts),
        blanks=_blanks(proposal),
        facts={name: proposal.facts[name] for name in SLOT.findall(proposal.template)},
        questions=proposal.questions,
        indicator=proposal.indicator,
        suggestion=suggestion,
        source="model" if model else "rule",
        model=model,
        prompt=prompt,
        violations=tuple(violations),
        tokens=tokens,
    )
