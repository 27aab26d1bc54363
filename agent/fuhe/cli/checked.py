"""What check and report share: check every form of every input, then what shows over several forms."""

from collections.abc import Callable, Sequence

from fuhe import checking
from fuhe.cli import common
from fuhe.findings import Finding
from fuhe.outputs.contract import Report, form_report
from fuhe.policy import pack
from fuhe.records import Form
from fuhe.settings import Settings, Suppression


def no_hints(form: Form) -> Sequence[Finding]:
    """Ask nobody."""
    return ()


def check_all(
    paths: tuple[str, ...], settings: Settings, ask: Callable[[Form], Sequence[Finding]] = no_hints
) -> tuple[Report, set[Suppression]]:
    """Return the report on all inputs and the suppressions that were used; `ask` adds a model's hints to a form."""
    options, chosen = checking.options_of(settings), pack(settings.policy)
    rules_run = len(checking.chosen(options)) + len(checking.chosen_for_batch(options))
    report, batch = Report(policy=chosen.name, rules_run=rules_run), []
    used = set[Suppression]()
    for file in common.read_inputs(paths):
        outcomes = [checking.check(entry, chosen, options) for entry in file.forms]
        forms = [
            form_report(entry, (*found.findings, *ask(entry)))
            for entry, found in zip(file.forms, outcomes, strict=True)
        ]
        report.add(file, forms, sum(found.suppressed for found in outcomes))
        batch += [(file.path, entry) for entry in file.forms]
        used.update(entry for found in outcomes for entry in found.used)
    report.add_batch(checking.check_batch(batch, chosen, options))
    return report, used
