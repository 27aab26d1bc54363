"""One file on its way: its forms checked and drafted."""

from collections.abc import Sequence
from dataclasses import replace

from fuhe.checking import Options, check
from fuhe.drafting import opinion, reason
from fuhe.drafting.writing import Outcome, write
from fuhe.drafts import Draft
from fuhe.findings import Finding
from fuhe.model.connection import Model
from fuhe.policy import Pack
from fuhe.readings.sheet import Sheet
from fuhe.records import File, Form
from fuhe.store.recording import Checked


def checked(file: File, pack: Pack, options: Options) -> list[Checked]:
    """Check every form of a file."""
    return [Checked(form, check(form, pack, options).findings) for form in file.forms]


def with_drafts(entries: Sequence[Checked], pack: Pack) -> list[Checked]:
    """Draft for checked forms by the rules alone."""
    return [replace(entry, drafts=drafted(entry.form, entry.findings, pack)[0]) for entry in entries]


def drafted(
    form: Form, findings: tuple[Finding, ...], pack: Pack, model: Model | None = None
) -> tuple[tuple[Draft, ...], list[Outcome]]:
    """Draft reasons and the opinion on one form; without a model, or where it fails, by the rules."""
    sheet = Sheet(form, pack)
    outcomes = [write(task, model) for task in (reason.task(sheet, findings), opinion.task(sheet, findings))]
    return tuple(draft for outcome in outcomes for draft in outcome.drafts), outcomes
