"""Points of a batch: what most forms share is said once, what shows between forms once a code."""

from conftest import findings_of
from fuhe import checking
from fuhe.point import SHARED
from fuhe.pointing.batch_points import FormFindings, batch_points, shared_codes
from fuhe.pointing.form_points import form_points
from fuhe.policy import pack
from fuhe.records import Form


def _told(forms: list[Form]) -> list[FormFindings]:
    found = [(form, findings_of(form)) for form in forms]
    return [FormFindings("表.txt", form.id, told, form_points(form.record, told)) for form, told in found]


def test_hints_of_most_forms_are_shared(sample_forms: list[Form]) -> None:
    assert {"P001", "V004", "N013"} <= shared_codes(_told(sample_forms))


def test_two_forms_share_nothing(sample_forms: list[Form]) -> None:
    assert shared_codes(_told(sample_forms[:2])) == frozenset()


def test_every_finding_between_forms_is_in_one_point(sample_forms: list[Form]) -> None:
    found = checking.check_batch([("表.txt", form) for form in sample_forms], pack("national-2020"))
    points = batch_points(_told(sample_forms), found)
    assert sorted(fact for point in points for fact in point.facts) == list(range(len(found)))
    assert [point.rank for point in points] == list(range(1, len(points) + 1))


def test_a_shared_hint_is_counted_and_referred_to(sample_forms: list[Form]) -> None:
    told = _told(sample_forms)
    point = next(point for point in batch_points(told, ()) if point.says.endswith("5张一级指标分值与规定不同。"))
    assert len(point.forms) == 5
    first = form_points(sample_forms[0].record, told[0].findings, shared=shared_codes(told))
    assert first[-1].kind == SHARED
    assert set(point.forms[0].facts) <= set(first[-1].facts)
