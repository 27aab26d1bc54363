"""The opening of a letter: what was reviewed, the money and the self-scores in one sentence, the judgement in words."""

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from fuhe.point import Theme
from fuhe.pointing.phrasebook import kinds, letter_words
from fuhe.policy import pack
from fuhe.readings.sheet import Sheet, printed_points, rounded
from fuhe.readings.value import plain
from fuhe.records import Form, Record
from fuhe.text import squeeze

_YEAR = re.compile(r"^\d{4}年?度?")
_PLACE = re.compile(r"^.{1,8}?[省市县区州盟旗]")
_ANY_PACK = "national-2020"  # amounts are read alike under every pack
_JUDGED: tuple[Theme, ...] = ("data", "goals", "reasons", "done")
"""The themes an opening speaks of, the first three that occur."""
_MOST_JUDGED = 3


def short_project(record: Record) -> str:
    """Name a project without the year and the place its unit's name begins with."""
    name = _YEAR.sub("", squeeze(record.project)) or squeeze(record.project)
    place = _PLACE.match(squeeze(record.unit or record.department))
    for prefix in (place[0], place[0][-1]) if place else ():
        if name.startswith(prefix) and len(name) > len(prefix) + 3:
            return name.removeprefix(prefix)
    return name or letter_words()["no_project"]


def names_of(records: Sequence[Record]) -> str:
    """Say how many projects of which year were reviewed, a single one by its name."""
    years = {record.year for record in records}
    year = years.pop() if len(years) == 1 else None
    dated = f"{year}年度" if year and year.isdigit() else ""
    if len(records) == 1:
        return letter_words()["one_form"].format(project=squeeze(records[0].project), year=dated)
    return letter_words()["several_forms"].format(count=len(records), year=dated)


def money_and_scores(records: Sequence[Record]) -> str:
    """Say budget, spending and the range of the self-scores; a part that no form prints is left out."""
    money, said = _money(records), letter_words()
    scores = sorted(score for record in records if (score := printed_points(record.total_score)) is not None)
    parts = [] if money is None else [said["money"].format(**money)]
    if scores:
        shown = plain(scores[0]) if scores[0] == scores[-1] else f"{plain(scores[0])}分至{plain(scores[-1])}"
        parts.append(said["scores"].format(scores=shown))
    return "；".join(parts) + "。" if parts else ""


def _money(records: Sequence[Record]) -> dict[str, str] | None:
    """Add up budget and spending; None where a form lacks them or the forms count in different units."""
    sheets = [Sheet(Form(id="", record=record), pack(_ANY_PACK)) for record in records]
    budgets, spent = ([sheet.total_of(name) for sheet in sheets] for name in ("full_year_budget", "executed"))
    units = {sheet.money_unit for sheet in sheets}
    known = [amount for amount in (*budgets, *spent) if amount is not None]
    budget = sum((amount for amount in budgets if amount is not None), Decimal(0))
    if len(known) < 2 * len(records) or len(units) > 1 or not budget:
        return None
    done = sum((amount for amount in spent if amount is not None), Decimal(0))
    rate = plain(rounded(done / budget * 100, 1))
    return {"budget": plain(budget), "spent": plain(done), "rate": rate, "unit": units.pop() or ""}


def judged(forms: Sequence[set[str]]) -> str:
    """Say in words what is mainly wrong: of each theme the weightiest kind, with the number of forms it stands in."""
    counts = Counter(kind for found in forms for kind in found)
    best: dict[Theme, str] = {}
    for kind in sorted(counts, key=lambda kind: (kinds()[kind].rank, -counts[kind], list(kinds()).index(kind))):
        best.setdefault(kinds()[kind].theme, kind)
    chosen = [best[theme] for theme in _JUDGED if theme in best][:_MOST_JUDGED] or list(best.values())
    told = [
        kinds()[kind].judged if len(forms) == 1 else f"{counts[kind]}个项目{kinds()[kind].judged}" for kind in chosen
    ]
    return letter_words()["judged"].format(faults="，".join(told))
