"""fuhe plan: next year's indicators for every form."""

import click

from fuhe.cli import drafted
from fuhe.outputs.word.target_tables import to_plans

command = drafted.verb(
    "plan",
    "indicator",
    "起草下年度绩效指标：好的沿用，不能衡量的改写；指标值由单位填写，不替单位定数。",
    "text",
    "json",
    "docx",
    to_word=lambda report, year, _: to_plans(report, year=year),
    year=click.Option(["--year"], type=click.IntRange(2000, 2100), required=True, help="编报哪一年的指标，如 2025"),
)
