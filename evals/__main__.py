"""Run every evaluation that needs no key and write evals/report.md; --live asks a model first: python -m evals."""

import argparse
import sys

from evals import gate, live, report, results
from fuhe.errors import FuheError


def main() -> int:
    """Return 1 when a figure is below the baseline or, with --check, the report is out of date; 2 when no model answers."""
    parser = argparse.ArgumentParser(prog="python -m evals", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; tell what dropped or is out of date")
    parser.add_argument("--accept", action="store_true", help="take the figures as the new baseline")
    parser.add_argument("--live", metavar="URL", help="ask the model at this OpenAI-compatible endpoint and record it")
    parser.add_argument("--name", default="model", help="the model's name at that endpoint")
    parser.add_argument("--allow-public", action="store_true", help="the endpoint is not on this network")
    asked = parser.parse_args()
    if asked.live:
        try:
            live.record(asked.live, asked.name, public=asked.allow_public)
        except FuheError as error:
            print(error, file=sys.stderr)
            return 2
    found = results.collect()
    figures = gate.figures(found)
    if asked.accept:
        gate.accept(figures)
    wrong = gate.drops(figures, gate.baseline())
    if asked.check:
        wrong += stale(found)
    else:
        report.write(found)
    print(report.summary(found))
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


def stale(found: results.Results) -> list[str]:
    """Tell whether the report in the tree is another than these results give."""
    kept = report.FILE.read_text("utf-8") if report.FILE.exists() else ""
    same = report.above_versions(kept) == report.above_versions(report.markdown(found))
    return [] if same else ["evals/report.md 与现在的数字不一致，请运行 python -m evals"]


if __name__ == "__main__":
    sys.exit(main())
