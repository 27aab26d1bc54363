"""批次总览: the figures of a batch as panels of a page, and as one file without any request."""

from collections.abc import Callable
from dataclasses import dataclass, field

from markupsafe import Markup

from fuhe import __version__
from fuhe.findings import SEVERITIES, SEVERITY_LABELS
from fuhe.outputs.figures import Dot, FormLine, Overview
from fuhe.outputs.html import drawings
from fuhe.outputs.html.report_page import TEMPLATES, environment, pieces

Link = Callable[[FormLine], str | None]
"""Returns where a form is found: a page of the workbench, or a file beside the one written."""

STATUS_LABELS = {"ok": "读成", "partial": "部分读成", "failed": "读不了", "skipped": "略过"}


@dataclass(frozen=True)
class Links:
    """Where the figures of a page lead: `figure` takes a query string, `form` a form; None is no link."""

    figure: Callable[[str], str | None]
    form: Link

    def dot(self, dot: Dot) -> str | None:
        """Return where a dot leads: its form, or the forms of its square."""
        return self.form(dot.line) if dot.line else self.figure(dot.query)


@dataclass(frozen=True)
class _Lists:
    """The lists of forms at the end of a page without a server: a figure leads to its list."""

    overview: Overview
    keys: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        known = {query: f"list-{number}" for number, query in enumerate(self.overview.lists, 1)}
        object.__setattr__(self, "keys", known)

    def figure(self, query: str) -> str | None:
        """Return the anchor of a figure's list."""
        return f"#{self.keys[query]}" if query in self.keys else None

    def titles(self) -> list[tuple[str, str, str, int]]:
        """Return each list's anchor, title, query string and how many forms there are in all."""
        named = {query: (title, forms) for title, query, forms in drawings.named_figures(self.overview)}
        return [(key, named[query][0], query, named[query][1]) for query, key in self.keys.items() if query in named]


def panels(overview: Overview, links: Links) -> Markup:
    """Return the panels of an overview for a page: numbers, charts, tables."""
    template = environment().get_template("overview_panels.html.j2")
    return Markup(template.render(_context(overview, links)))  # noqa: S704 - the template escapes every value


def to_overview_page(overview: Overview, link: Link | None = None) -> str:
    """Return the overview as one self-contained page; `link` says where a form's own file is."""
    lists = _Lists(overview)
    links = Links(lists.figure, link or (lambda line: None))
    context = _context(overview, links) | {
        "style": style() + (TEMPLATES / "overview_page.css").read_text(encoding="utf-8"),
        "lists": lists.titles(),
        "most_listed": max((len(listed) for listed in overview.lists.values()), default=0),
        "version": __version__,
    }
    return environment().get_template("overview.html.j2").render(context)


def style() -> str:
    """Return the style sheet of the panels."""
    return (TEMPLATES / "overview.css").read_text(encoding="utf-8")


def _context(overview: Overview, links: Links) -> dict[str, object]:
    return {
        "o": overview,
        "links": links,
        "charts": drawings.charts(overview, links),
        "words": drawings.words(overview),
        "pieces": pieces,
        "all_faults": [
            (fault.title, SEVERITY_LABELS[fault.severity], fault.forms, fault.findings) for fault in overview.faults
        ],
        "all_points": [
            (point.theme, point.name, point.forms, f"{point.stake:g}" if point.stake else "—")
            for point in overview.points
        ],
        "score_rows": [(bin_.label, bin_.forms) for bin_ in overview.scores.bins],
        "spending_rows": [
            (f"{line.project}（{line.unit}）", f"{100 * (line.rate or 0):.1f}%", line.total)
            for line in overview.spending.worst
        ],
        "status_labels": STATUS_LABELS,
        "severity_order": SEVERITIES,
        "severity_labels": SEVERITY_LABELS,
    }
