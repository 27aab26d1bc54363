"""Next year's tables of several forms side by side: no rewritten indicator repeats one of another project."""

from collections.abc import Sequence

from fuhe.drafting.proposal import label
from fuhe.drafts import Draft, Plan
from fuhe.records import Form
from fuhe.similarity import bigrams, key

_ALIKE = 0.7
_COMMON = ("满意度",)


def distinct(tables: Sequence[tuple[Form, Sequence[Draft]]]) -> list[list[Draft]]:
    """Return the tables with every rewritten benefit that another project has too named anew by the unit: a blank.

    Carried names are the units' own and stay; a name is met again where seven tenths of its character pairs are.
    """
    names = [(form.record.project, plan.name) for form, drafts in tables for plan in _plans(drafts)]
    return [[_own(draft, form.record.project, names) for draft in drafts] for form, drafts in tables]


def _plans(drafts: Sequence[Draft]) -> list[Plan]:
    return [draft.indicator for draft in drafts if draft.indicator and draft.indicator.action != "delete"]


def _own(draft: Draft, project: str | None, names: Sequence[tuple[str | None, str]]) -> Draft:
    plan = draft.indicator
    if plan is None or plan.action != "rewrite" or plan.class_ in _COMMON or plan.level1 not in ("效益", "满意度"):
        return draft
    if not any(whose != project and _alike(plan.name, name) for whose, name in names):
        return draft
    blank = label("added_name")
    return draft.model_copy(
        update={
            "indicator": plan.model_copy(update={"name": blank}),
            "text": draft.text.replace(plan.name, blank, 1),
            "blanks": ("新增指标名称", *draft.blanks),
            "facts": {
                name: fact.model_copy(update={"value": fact.value.replace(plan.name, blank, 1)})
                for name, fact in draft.facts.items()
            },
        }
    )


def _alike(one: str, other: str) -> bool:
    mine, theirs = bigrams(key(one)), bigrams(key(other))
    return bool(mine) and len(mine & theirs) >= _ALIKE * len(mine | theirs)
