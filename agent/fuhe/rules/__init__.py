"""Verb 2: what to look for in a form; one module a topic, every rule listed in RULES."""

from fuhe.rules import arithmetic, completeness, copies, narrative, scores, values
from fuhe.rules.rule import Hit, Rule
from fuhe.rules.sheet import Sheet

RULES: tuple[Rule, ...] = (
    completeness.placeholder_indicator,
    completeness.blank_value,
    arithmetic.weights_not_100,
    arithmetic.total_mismatch,
    arithmetic.rate_mismatch,
    arithmetic.level_weight_mismatch,
    arithmetic.execution_score,
    arithmetic.unspent_unexplained,
    values.vague_target,
    values.echoed_value,
    values.operator_in_actual,
    scores.deduction_without_reason,
    scores.met_but_deducted,
    scores.unmet_but_full,
    copies.copied_indicator,
    copies.satisfaction_twice,
    narrative.vague_goal,
    narrative.vague_outcome,
)

__all__ = ["RULES", "Hit", "Rule", "Sheet"]
