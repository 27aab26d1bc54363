"""What check and report share: check every form of every input, then what shows over several forms."""

from collections.abc import Callable, Sequence

from fuhe import checking
from fuhe.cli import common
from fuhe.findings import Finding
from fuhe.outputs.contract import Report, form_report
from fuhe.pipeline import check_file
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
        entries = check_file(file, chosen, options)
        forms = [form_report(entry.form, (*entry.findings, *ask(entry.form))) for entry in entries]
        report.add(file, forms, sum(entry.suppressed for entry in entries))
        batch += [(file.path, entry) for entry in file.forms]
        used.update(used for entry in entries for used in entry.used)
    report.add_batch(checking.check_batch(batch, chosen, options))
    return report, used
