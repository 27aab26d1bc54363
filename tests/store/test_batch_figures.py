"""The figures of a batch equal the same figures counted another way."""

from collections import Counter, defaultdict
from pathlib import Path
from statistics import mean
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import insert, select

from conftest import findings_of
from fuhe.findings import Decision
from fuhe.outputs.figures import Overview
from fuhe.outputs.html.drawings import named_figures
from fuhe.point import HINTS, SHARED
from fuhe.pointing.form_points import form_points
from fuhe.pointing.phrasebook import kinds, theme_names
from fuhe.quality import quality
from fuhe.records import Form
from fuhe.store import schema, score_histogram
from fuhe.store.batch_figures import overview
from fuhe.store.current_forms import CurrentForm, load_forms
from fuhe.store.database import Store
from fuhe.store.decisions import decide
from fuhe.store.rule_counts import standings
from fuhe.store.selection import Selection
from made_batch import Made, counted, decided, made_forms, recorded


def _stored(made: Made) -> list[CurrentForm]:
    form = schema.form.c
    with made.store.reading() as connection:
        ids = connection.execute(select(form.id).where(form.batch_id == made.batch, form.current)).scalars()
        return load_forms(connection, list(ids))


@pytest.fixture
def of_samples(tmp_path: Path, sample_forms: list[Form]) -> Overview:
    with Store(str(tmp_path / "samples.db")) as store:
        with store.writing() as connection:
            batch = recorded(connection, "样表", [(f"附件{n}.docx", form) for n, form in enumerate(sample_forms, 1)])
        return Made(store, batch).figures()


def test_samples_agree_with_checking_them(of_samples: Overview, sample_forms: list[Form]) -> None:
    found = [findings_of(form) for form in sample_forms]
    severities = Counter(finding.severity for findings in found for finding in findings)
    assert of_samples.severities == severities
    own = {fault.code: fault.forms for fault in of_samples.faults if fault.code not in ("D003", "D004", "S008", "B001")}
    hit = Counter(code for findings in found for code in {finding.code for finding in findings})
    assert own == {code: count for code, count in hit.items() if code not in ("S008", "B001")}


def test_samples_quality_agrees_with_scoring_them(of_samples: Overview, sample_forms: list[Form]) -> None:
    scored = [quality(findings_of(form)) for form in sample_forms]
    assert of_samples.quality is not None
    assert of_samples.quality.mean == pytest.approx(mean(one.score for one in scored))
    for figure in of_samples.quality.dimensions:
        each = [one.dimensions[figure.name] for one in scored]
        assert figure.mean == pytest.approx(mean(one.score for one in each))
        assert figure.below == sum(1 for one in each if one.lost)


def test_every_figure_counts_the_forms_it_leads_to(made: Made) -> None:
    figures = made.figures()
    with made.store.reading() as connection:
        for title, query, forms in named_figures(figures):
            if title != "已列入意见":  # counts findings, not forms
                assert counted(connection, Selection.of(dict(parse_qsl(query)))) == forms, title


def test_quality_bins_hold_the_forms_they_lead_to(made: Made) -> None:
    figures = made.figures()
    assert figures.quality is not None
    with made.store.reading() as connection:
        for bin_ in figures.quality.bins:
            assert counted(connection, Selection.of(dict(parse_qsl(bin_.query)))) == bin_.forms
    assert sum(bin_.forms for bin_ in figures.quality.bins) == figures.forms


def test_score_bins_hold_every_readable_total(made: Made) -> None:
    scores = made.figures().scores
    assert sum(bin_.forms for bin_ in scores.bins) == scores.forms
    assert scores.forms + scores.unread == 150
    assert scores.unread == sum(1 for stored in _stored(made) if stored.form.record.total_score is None)


def test_heat_is_the_mean_over_a_units_forms(made: Made) -> None:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    forms = Counter[str]()
    for stored in _stored(made):
        unit = stored.row.unit or ""
        forms[unit] += 1
        found[unit].update(finding.code[0] for finding in stored.findings)
    heat = made.figures().heat
    place = [letter for letter, _ in heat.families].index("V")  # no rule over several forms is of this family
    assert {row.unit: row.cells[place].mean for row in heat.rows} == pytest.approx(
        {unit: found[unit]["V"] / forms[unit] for unit in forms}
    )
    assert [row.mean for row in heat.rows] == sorted((row.mean for row in heat.rows), reverse=True)


def test_findings_over_forms_count_on_each(made: Made) -> None:
    with made.store.reading() as connection:
        links = connection.execute(
            select(schema.batch_finding.c.code, schema.batch_finding_form.c.form_id).join(schema.batch_finding_form)
        ).all()
    fault = next(fault for fault in made.figures().faults if fault.code == "D003")
    mine = [form for code, form in links if code == "D003"]
    assert (fault.findings, fault.forms) == (len(mine), len(set(mine)))


def test_points_lost_are_the_costs_of_findings(made: Made) -> None:
    lost = defaultdict[str, float](float)
    for stored in _stored(made):
        for judged in quality(stored.findings).dimensions.values():
            for loss in judged.lost:
                lost[loss.code] += loss.points
    figures = made.figures().quality
    assert figures is not None
    for dimension in figures.dimensions:
        for one in dimension.lost:
            assert one.points == pytest.approx(lost[one.code])


def test_flagged_forms_are_those_spent_little_and_scored_high(made: Made) -> None:
    spending = made.figures().spending
    by_hand = [s for s in _stored(made) if s.row.rate is not None and s.row.rate < 0.8 and (s.row.score or 0) >= 95]
    assert spending.flagged == len(by_hand) == sum(dot.flagged for dot in spending.dots)
    assert [line.rate for line in spending.worst] == sorted(s.row.rate or 0 for s in by_hand)[: len(spending.worst)]


def test_many_dots_become_squares_of_as_many_forms(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    single = made.figures().spending
    monkeypatch.setattr(score_histogram, "_DOTS", 50)
    squares = made.figures().spending
    assert squares.is_binned
    assert len(squares.dots) < len(single.dots)
    assert sum(dot.forms for dot in squares.dots) == len(single.dots)
    with made.store.reading() as connection:
        assert all(counted(connection, Selection.of(dict(parse_qsl(dot.query)))) == dot.forms for dot in squares.dots)


def test_pace_follows_the_days_of_decisions(made: Made) -> None:
    pace = made.figures().pace
    assert pace is not None
    done = [s for s in _stored(made) if len(s.decisions) >= len(s.findings)]
    assert pace.done == len(done) == made.figures().headlines[0].value
    last = [max((d.at or "" for d in s.decisions.values()), default=s.row.changed_at)[:10] for s in done]
    assert dict(pace.days) == {day: sum(1 for other in last if other <= day) for day in last}


def test_blanks_are_counted_in_what_was_taken_in(made: Made) -> None:
    texts = [
        decision.text or ""
        for stored in _stored(made)
        for decision in stored.decisions.values()
        if decision.state in ("listed", "rewritten")
    ]
    figures = made.figures()
    assert figures.blanks == sum(text.count("【待补充") for text in texts)
    assert figures.states["listed"] == len(texts)


def test_decision_taken_back_leaves_the_figures(made: Made) -> None:
    before = made.figures()
    with made.store.writing() as connection:
        row = connection.execute(select(schema.decision).where(schema.decision.c.state == "listed").limit(1)).one()
        decide(connection, row.form_id, row.fingerprint, None, by="李敏", at="2025-04-13T10:00:00+08:00")
    after = made.figures()
    assert after.states["listed"] == before.states["listed"] - 1
    assert after.headlines[0].value == before.headlines[0].value - 1


def test_replaced_form_is_not_counted(made: Made) -> None:
    with made.store.writing() as connection:
        table = schema.form
        connection.execute(table.update().where(table.c.id == 1).values(current=False))
    figures = made.figures()
    assert figures.forms == 149
    assert sum(row.forms for row in figures.heat.rows) == 149


def test_copied_groups_name_their_forms_and_differences(made: Made) -> None:
    copies = made.figures().copies
    severities = [group.severity for group in copies.groups]
    assert severities == sorted(severities, key=("error", "warning", "info").index)
    assert all(len(group.texts) >= 1 and group.texts[0].lines for group in copies.groups)
    assert all(group.forms > 1 for group in copies.groups)


def test_lists_name_forms_of_their_figure(made: Made) -> None:
    figures = made.figures(lists=3)
    fault = figures.faults[0]
    with made.store.reading() as connection:
        for line in figures.lists[fault.query]:
            found = connection.execute(
                select(schema.finding.c.code).where(schema.finding.c.form_id == line.form_id)
                .union(select(schema.batch_finding.c.code).join(schema.batch_finding_form)
                       .where(schema.batch_finding_form.c.form_id == line.form_id))
            ).scalars()  # fmt: skip
            assert fault.code in set(found)
    assert max(map(len, figures.lists.values())) == 3


def test_units_without_a_name_stand_together(made: Made) -> None:
    with made.store.writing() as connection:
        table = schema.form
        connection.execute(table.update().where(table.c.id == 1).values(unit=""))
        connection.execute(table.update().where(table.c.id == 2).values(unit=None))
    row = next(row for row in made.figures().heat.rows if row.unit == "（未填单位）")
    assert row.forms == 2
    with made.store.reading() as connection:
        assert counted(connection, Selection.of(dict(parse_qsl(row.query)))) == 2


def test_empty_batch_has_no_figures_but_stands(tmp_path: Path) -> None:
    with Store(str(tmp_path / "empty.db")) as store:
        with store.writing() as connection:
            batch = recorded(connection, "空批", [])
        with store.reading() as connection:
            assert overview(connection, batch + 1, "2025-04-13") is None
        figures = Made(store, batch).figures(lists=5)
    assert (figures.forms, figures.pace, figures.quality, figures.faults) == (0, None, None, ())


def test_other_batch_is_left_out(made: Made, sample_forms: list[Form]) -> None:
    before = made.figures()
    with made.store.writing() as connection:
        recorded(connection, "另一批", [(f"附件{n}.docx", form) for n, form in enumerate(sample_forms, 1)])
    assert made.figures() == before


def test_half_decided_form_is_begun(made: Made) -> None:
    with made.store.writing() as connection:
        open_one = connection.execute(
            select(schema.finding).join(schema.form).where(schema.form.c.settled == 0).limit(1)
        ).one()
        begun = counted(connection, Selection(batch=made.batch, state="begun"))
        decision = Decision(state="doubtful")
        decide(connection, open_one.form_id, open_one.fingerprint, decision, by="李敏", at="2025-04-13T09:00:00+08:00")
        assert counted(connection, Selection(batch=made.batch, state="begun")) == begun + 1


def test_file_states_are_counted(made: Made) -> None:
    with made.store.writing() as connection:
        connection.execute(
            insert(schema.file).values(
                batch_id=made.batch, path="坏.docx", status="failed", problems=(), ruleset="x", current=True,
                received_at="2025-04-01",
            )
        )  # fmt: skip
    assert made.figures().files == {"ok": 150, "failed": 1}


def test_figures_are_the_same_on_every_database(store: Store, lite: Store) -> None:
    forms = made_forms(30)
    found, told = [], []
    for one in (lite, store):
        with one.writing() as connection:
            batch = recorded(connection, "一批", forms, due="2025-04-30")
            decided(connection, batch, 0.5)
        found.append(Made(one, batch).figures(lists=4))
        with one.reading() as connection:
            told.append(standings(connection, Selection(batch=batch)))
    assert found[0] == found[1]
    assert told[0] == told[1]


def test_points_are_those_of_the_forms_again(tmp_path: Path, sample_forms: list[Form]) -> None:
    with Store(str(tmp_path / "samples.db")) as store:
        with store.writing() as connection:
            batch = recorded(connection, "样表", [(f"附件{n}.docx", form) for n, form in enumerate(sample_forms, 1)])
        figures = Made(store, batch).figures(lists=3)
    each = [form_points(form.record, findings_of(form)) for form in sample_forms]
    names = {kinds()[point.kind].judged for points in each for point in points if point.kind not in (HINTS, SHARED)}
    assert names <= {point.name for point in figures.points}
    reasons = next(point for point in figures.points if point.query.endswith("point=reasons"))
    mine = [point for points in each for point in points if point.kind == "reasons"]
    assert (reasons.forms, reasons.stake) == (len(mine), sum(point.stake or 0 for point in mine))
    assert [point.theme for point in figures.points] == sorted(
        (point.theme for point in figures.points), key=list(theme_names().values()).index
    )
    assert all(len(figures.lists[point.query]) == min(3, point.forms) for point in figures.points)
