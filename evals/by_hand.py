"""Answers somebody wrote by hand to the real prompts, as a strong model would give them, put through the same guard.

python -m evals.by_hand FOLDER    writes each prompt that has no answer yet as FOLDER/<key>.txt; an answer is put beside it
as <key>.json. Answers are kept in evals/data/recorded/by_hand.jsonl; a prompt that has changed asks anew.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from evals import drafts, labelled, leaks
from evals.labelled import Case
from evals.recorded import FOLDER, Recorded, request_key
from fuhe.drafts import Draft
from fuhe.errors import ModelAnswerError
from fuhe.model.answer import Value
from fuhe.model.sending import Model
from fuhe.model.structured import Reply
from fuhe.prompts import Message

PATH = FOLDER.parent / "recorded_by_hand.jsonl"
FORMS = {
    "reason": ("中卫1", "中卫2", "中卫3", "中卫4", "中卫5", "中卫6", "校园安保", "部门整体", "禁毒宣传", "营养改善"),
    "indicator": ("中卫1", "一网通办"),
    "opinion": ("中卫1", "小区改造"),
}


@dataclass
class Written:
    """A model whose answers somebody writes into a folder; what has none yet is laid there as a question."""

    folder: Path

    def ask(self, messages: Sequence[Message], schema: type[Value], **_: object) -> Reply[Value]:
        """Return the written answer; raises ModelAnswerError where there is none."""
        name = request_key(messages, schema.__name__, 1)
        answer = self.folder / f"{name}.json"
        if not answer.is_file():
            told = "\n\n".join(f"# {role}\n{text}" for role, text in messages)
            (self.folder / f"{name}.txt").write_text(told, "utf-8")
            raise ModelAnswerError(f"{name}：还没有回答")
        try:
            value = schema.model_validate(json.loads(answer.read_text("utf-8")))
        except (ValueError, ValidationError) as error:
            raise ModelAnswerError(f"{name}：{error}") from error
        return Reply(value, "plain", 1, None, None, 0, "by_hand")


def cases(kind: str) -> list[Case]:
    """Return the forms a kind is drafted for."""
    known = {case.id: case for case in (*labelled.samples(), *labelled.faulty(), *labelled.held_out())}
    return [known[name] for name in FORMS[kind]]


def drafted(folder: Path | None) -> Iterator[tuple[str, Case, list[Draft]]]:
    """Draft everything in the written words; without a folder from what is kept."""
    recorded = Recorded(PATH, cast(Model, Written(folder)) if folder else None)
    for kind in FORMS:
        for case in cases(kind):
            recorded.entries = {key: entry for key, entry in recorded.entries.items() if "fault" not in entry}
            yield kind, case, list(drafts.drafted(case, kind, recorded).drafts)
    if folder:
        recorded.used = {key: entry for key, entry in recorded.used.items() if "fault" not in entry}
        recorded.prune()


def main() -> None:
    """Print how many drafts hold the written words whole, in part or beside them, and what they say beyond the form."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    counts: dict[str, Counter[str]] = {}
    for kind, case, found in drafted(folder):
        count = counts.setdefault(kind, Counter())
        for draft in found:
            count["drafts"] += 1
            count[f"by {draft.source}"] += 1
            count["shown apart"] += draft.suggestion is not None
        count["facts outside the form"] += len(leaks.in_drafts(case.form, found))
    for kind, count in counts.items():
        print(kind, "  ".join(f"{name} {number}" for name, number in count.items()))


if __name__ == "__main__":
    main()
