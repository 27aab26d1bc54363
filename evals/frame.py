"""The one way every evaluation runs: pydantic-evals, one case after the other, and a task that fails is no score."""

from collections.abc import Callable, Iterable
from typing import Any

from pydantic_evals import Case, Dataset
from pydantic_evals.evaluators import Evaluator
from pydantic_evals.reporting import EvaluationReport


def run(
    name: str, cases: Iterable[Case[Any, Any, Any]], task: Callable[[Any], Any], *evaluators: Evaluator[Any, Any, Any]
) -> EvaluationReport[Any, Any, Any]:
    """Run a task over cases in order; raises RuntimeError when a case or an evaluator failed."""
    dataset = Dataset(name=name, cases=list(cases), evaluators=list(evaluators))
    report = dataset.evaluate_sync(task, progress=False, max_concurrency=1)
    failed = [f"{case.name}: {case.error_message}" for case in report.failures]
    failed += [f"{case.name}: {fault.error_message}" for case in report.cases for fault in case.evaluator_failures]
    if failed:
        raise RuntimeError(f"{name}: {'; '.join(failed[:5])}")
    return report
