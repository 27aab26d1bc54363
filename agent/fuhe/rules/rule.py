"""What a rule is: a value made from a pure function; what it yields: a hit, not yet worded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from fuhe.findings import Calc, Cell, Severity, Term
from fuhe.readings.sheet import Sheet
from fuhe.readings.value import plain as plain
from fuhe.similarity import differences

ARITHMETIC = "form arithmetic"
PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class Hit:
    """One fault: `at` is its cell, `says` a message whose {braces} name cells or words of `fill`."""

    at: Cell
    says: str
    fill: dict[str, Cell | str | int | Decimal]
    also: tuple[Cell, ...] = ()
    fix: tuple[str, ...] = ()
    guess: str | None = None
    calc: Calc | None = None
    severity: Severity | None = None


Check = Callable[[Sheet], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A stable code, its fault's name, its usual severity, what it leans on and its page (the function's docstring)."""

    code: str
    slug: str
    severity: Severity
    title: str
    basis: tuple[str, ...]
    page: str

    @property
    def family(self) -> str:
        """The letter of the catalogue family: F A V S D N L P B."""
        return self.code[0]


@dataclass(frozen=True, slots=True)
class Rule(CatalogueEntry):
    """A rule over one form."""

    check: Check


def rule(code: str, slug: str, severity: Severity, title: str, *basis: str) -> Callable[[Check], Rule]:
    """Make a rule of a check; `basis` names documents of the policy pack, 'form arithmetic' or 'practice'."""

    def make(check: Check) -> Rule:
        return Rule(code, slug, severity, title, basis or (PRACTICE,), check.__doc__ or "", check)

    return make


def hit(
    at: Cell,
    says: str,
    *,
    also: tuple[Cell, ...] = (),
    fix: tuple[str, ...] = (),
    guess: str | None = None,
    calc: Calc | None = None,
    severity: Severity | None = None,
    **fill: Cell | str | int | Decimal,
) -> Hit:
    """Report a fault at a cell; every cell the message names and every one in `also` becomes evidence."""
    return Hit(at, says, fill, also, fix, guess, calc, severity)


def summed(terms: tuple[tuple[Cell, Decimal], ...], printed: Decimal | None) -> Calc:
    """Lay out Σ of cells against the printed figure."""
    laid = tuple(Term(field=cell.field, text=cell.text or "", value=float(number)) for cell, number in terms)
    total = sum((number for _, number in terms), Decimal(0))
    return Calc(terms=laid, computed=float(total), printed=None if printed is None else float(printed))


def contrast(left: Cell, right: Cell) -> tuple[Cell, Cell]:
    """Return both cells with the characters marked that the other one lacks."""
    marks = differences(left.text or "", right.text or "")
    return left.model_copy(update={"marks": marks[0]}), right.model_copy(update={"marks": marks[1]})
