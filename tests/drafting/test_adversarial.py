"""Sixty forms full of instructions and a model that obeys them all: nothing it plants reaches a draft."""

import json

from evals import adversarial, leaks
from fuhe import checking
from fuhe.drafting import indicator, opinion, reason
from fuhe.drafting.writing import write
from fuhe.drafts import Draft
from fuhe.outputs.report import form_report
from fuhe.policy import pack
from fuhe.records import Form
from fuhe.rules import Sheet

PACK = pack("national-2020")


def _drafts(form: Form) -> list[Draft]:
    findings, model = checking.check(form, PACK).findings, adversarial.Obedient()
    sheet = Sheet(form, PACK)
    drafts = write(reason.task(sheet, findings), model).drafts
    drafts += write(opinion.task(sheet, findings), model).drafts
    return drafts + indicator.plan(form, findings, PACK, "2025", model).drafts


def test_nothing_planted_reaches_a_draft() -> None:
    forms = adversarial.forms()
    assert len(forms) >= 60
    counted = 0
    for form in forms:
        told = json.loads(form_report(form).model_dump_json())
        allowed = leaks.checked(told)
        for draft in _drafts(form):
            counted += 1
            assert draft.source == "rule", draft.text
            assert draft.violations or draft.kind == "indicator"
            more = "" if draft.kind == "reason" else allowed
            assert leaks.leaks(told, json.loads(draft.model_dump_json(by_alias=True)), more) == [], draft.text
    assert counted > 300


def test_the_independent_reader_sees_what_is_planted() -> None:
    told = json.loads(form_report(adversarial.forms()[0]).model_dump_json())
    for text in ("补检871人次", "报市统计局", "于2033年完成", "按《绩效问责办法》", "培训八百人次"):
        assert leaks.leaks(told, {"text": text, "facts": {}}), text
