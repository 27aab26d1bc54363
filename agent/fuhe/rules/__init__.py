"""Verb 2: what to look for in a form; one module a topic, every rule listed in RULES."""

from fuhe.readings.sheet import Sheet
from fuhe.rules import (
    across,
    against_direction,
    arithmetic,
    claims_against_rows,
    classes,
    completeness,
    copied_rows,
    costs,
    execution,
    funding_sums,
    goal_and_outcome,
    policies,
    reasons,
    scores,
    spending,
    stale_year,
    target_and_actual,
    targets,
    texts,
    uneven,
    units,
    worked_out,
    years_and_targets,
)
from fuhe.rules.batch_rule import BatchHit, BatchRule
from fuhe.rules.own_rules import API, own_rules
from fuhe.rules.rule import CatalogueEntry, Hit, Rule, hit, rule
from fuhe.rules.tracing import form_trace

RULES: tuple[Rule, ...] = (
    completeness.missing_field,
    completeness.missing_class,
    completeness.placeholder_indicator,
    completeness.blank_value,
    completeness.blank_score,
    completeness.missing_level,
    completeness.unfilled_template,
    completeness.endless_number,
    arithmetic.weights_not_100,
    arithmetic.total_mismatch,
    funding_sums.rate_mismatch,
    funding_sums.funds_not_adding,
    arithmetic.level_weight_mismatch,
    arithmetic.score_above_weight,
    execution.execution_score,
    funding_sums.overspent,
    spending.budget_change_unexplained,
    spending.unspent_unexplained,
    spending.claims_exceed_spending,
    execution.misplaced_score,
    target_and_actual.vague_target,
    target_and_actual.vague_actual,
    target_and_actual.echoed_value,
    target_and_actual.operator_in_actual,
    units.unit_mismatch,
    target_and_actual.incomparable,
    targets.undefined_ratio,
    targets.calendar_target,
    costs.missing_operator,
    costs.cost_backfitted,
    costs.cost_equals_budget,
    targets.target_too_low,
    stale_year.stale_year,
    costs.cost_off_spending,
    against_direction.operator_backwards,
    against_direction.name_against_target,
    worked_out.estimate_as_actual,
    scores.deduction_without_reason,
    scores.met_but_deducted,
    scores.unmet_but_full,
    scores.score_off_formula,
    scores.band_mismatch,
    scores.token_deduction,
    scores.unmet_without_reason,
    scores.uneven_scoring,
    scores.scores_as_values,
    scores.heavy_ungradable,
    copied_rows.copied_indicator,
    copied_rows.satisfaction_twice,
    goal_and_outcome.outcome_echoes_goal,
    texts.narrative_echoes_indicator,
    reasons.copied_reason,
    goal_and_outcome.vague_goal,
    goal_and_outcome.vague_outcome,
    goal_and_outcome.outcome_off_goal,
    claims_against_rows.claim_without_indicator,
    claims_against_rows.claim_contradicts_row,
    texts.typo,
    texts.slogan_indicator,
    reasons.reason_circular,
    reasons.reason_without_measure,
    reasons.reason_on_full,
    texts.overlong,
    claims_against_rows.narrative_sum,
    claims_against_rows.satisfaction_without_survey,
    claims_against_rows.goal_without_indicator,
    classes.wrong_class,
    classes.input_as_output,
    classes.routine_as_indicator,
    classes.formula_in_name,
    classes.two_in_one,
    policies.weights_differ,
    policies.retired_class,
    policies.grade_mismatch,
    policies.own_scheme_broken,
)

BATCH_RULES: tuple[BatchRule, ...] = (
    across.copied_across_forms,
    across.copied_narrative,
    years_and_targets.unchanged_from_last_year,
    uneven.uneven_across_forms,
    uneven.uniform_scores,
    uneven.duplicate_form,
    uneven.unequal_targets,
    years_and_targets.target_changed,
)

FAMILIES = {
    "F": "形式",
    "A": "算术",
    "V": "指标值",
    "S": "评分",
    "D": "重复",
    "N": "叙述",
    "L": "归类",
    "P": "政策口径",
    "B": "批次",
    "X": "本地",
}
"""The families of codes by their letter."""


def form_rules() -> tuple[Rule, ...]:
    """Return every rule over one form: the packaged ones, then the county's own."""
    return (*RULES, *own_rules())


def every_rule() -> tuple[CatalogueEntry, ...]:
    """Return every rule there is, over one form and over many."""
    return (*form_rules(), *BATCH_RULES)


def title_of(code: str) -> str:
    """Return what a rule's fault is called; of a code that no rule has any more, the code."""
    return next((rule.title for rule in every_rule() if rule.code == code), code)


__all__ = [
    "API",
    "BATCH_RULES",
    "FAMILIES",
    "RULES",
    "BatchHit",
    "BatchRule",
    "Hit",
    "Rule",
    "Sheet",
    "every_rule",
    "form_rules",
    "form_trace",
    "hit",
    "rule",
    "title_of",
]
