"""Drafts for a whole batch: several requests at a time, within a budget, form by form into the store."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import select

from fuhe.batch.terms import Terms
from fuhe.drafting.writing import FAULT, Outcome
from fuhe.drafts import Draft
from fuhe.model.asked_once import EndpointModel
from fuhe.pipeline import drafted
from fuhe.store import schema
from fuhe.store.current_forms import CurrentForm, load_forms
from fuhe.store.database import Store
from fuhe.store.lease import Lease
from fuhe.store.recording import put_drafts

_AHEAD = 2
_AT_ONCE = 50


@dataclass
class Drafted:
    """What was drafted in a run: forms, drafts by who wrote them, what it cost, and every fault of the model once.

    `standing` are all drafts of the batch as it stands, `blanks` what the units have to fill in them.
    """

    forms: int = 0
    standing: int = 0
    blanks: int = 0
    at_once: int = 0
    repaired: int = 0
    fallen_back: int = 0
    requests: int = 0
    usage: str = ""
    faults: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one form."""
        self.forms += 1
        for name in ("at_once", "repaired", "fallen_back", "requests"):
            setattr(self, name, getattr(self, name) + getattr(outcome, name))
        if outcome.fault is not None and str(outcome.fault) not in self.faults:
            self.faults.append(str(outcome.fault))

    @property
    def told(self) -> schema.Json:
        """The counts for the record of the run."""
        return dict(vars(self))


def draft_all(
    lease: Lease,
    terms: Terms,
    model: EndpointModel | None,
    step: Callable[[str, int, int, str], None],
    *,
    at_once: int = 1,
) -> Drafted:
    """Draft for every current form that has no drafts yet, or none of the model's because it failed.

    Every form's drafts are stored when they are there, so that a run that ends early has lost nothing; what the model
    said is in its ledger besides. Without a model, or where it fails or the budget is spent, the rules draft.
    """
    store, done = lease.store, Drafted()
    ids = _waiting(store, lease.batch_id, again=model is not None)
    forms = _loaded(store, ids)
    pool = ThreadPoolExecutor(at_once)
    under_way: dict[Future[Outcome], CurrentForm] = {}
    try:
        while True:
            for current in islice(forms, _AHEAD * at_once - len(under_way)):
                under_way[pool.submit(_draft, current, terms, model)] = current
            if not under_way:
                break
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                current, outcome = under_way.pop(future), future.result()
                with store.writing() as connection:
                    lease.renew(connection)
                    put_drafts(connection, current.row.id, tuple(outcome.drafts))
                done.add(outcome)
                step("起草", done.forms, len(ids), current.form.record.project or "")
    finally:
        pool.shutdown(wait=not under_way, cancel_futures=True)
    done.usage = str(model.tokens) if model else ""
    done.standing, done.blanks = _standing(store, lease.batch_id)
    return done


def _standing(store: Store, batch_id: int) -> tuple[int, int]:
    table, counted, blanks = schema.form, 0, 0
    with store.reading() as connection:
        for row in connection.execute(select(table.c.drafts).where(table.c.batch_id == batch_id, table.c.current)):
            counted += len(row.drafts or ())
            blanks += sum(len(draft.blanks) for draft in row.drafts or ())
    return counted, blanks


def _waiting(store: Store, batch_id: int, *, again: bool) -> list[int]:
    """Return the forms to draft for; with `again` also those whose drafts fell to the rules because the model failed."""
    table = schema.form
    current = (table.c.batch_id == batch_id) & table.c.current
    with store.reading() as connection:
        ids = list(connection.execute(select(table.c.id).where(current, table.c.drafts.is_(None))).scalars())
        if again:
            rows = connection.execute(select(table.c.id, table.c.drafts).where(current, table.c.drafts.is_not(None)))
            ids += [row.id for row in rows if _failed(row.drafts)]
    return sorted(ids)


def _failed(drafts: Iterable[Draft]) -> bool:
    return any(text.startswith(FAULT) for draft in drafts for text in draft.violations)


def _loaded(store: Store, ids: list[int]) -> Iterator[CurrentForm]:
    for at in range(0, len(ids), _AT_ONCE):
        with store.reading() as connection:
            forms = load_forms(connection, ids[at : at + _AT_ONCE])
        yield from forms


def _draft(current: CurrentForm, terms: Terms, model: EndpointModel | None) -> Outcome:
    return drafted(current.form, current.findings, terms.pack, model)
