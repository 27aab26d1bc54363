"""fuhe plan: next year's indicators for every form."""

import functools
from pathlib import Path

import click

from fuhe.cli import common, drafted
from fuhe.outputs.word.target_tables import to_plans


@click.command("plan", help="起草下年度绩效指标：好的沿用，不能衡量的改写；指标值由单位填写，不替单位定数。")
@common.paths_argument
@click.option("--year", type=click.IntRange(2000, 2100), required=True, help="编报哪一年的指标，如 2025")
@common.format_option("text", "json", "docx")
@common.model_options
@common.rule_options
def command(
    paths: tuple[str, ...],
    year: int,
    form: str,
    out: Path | None,
    no_llm: bool,
    require_llm: bool,
    policy: str | None,
    select: str | None,
    ignore: str | None,
) -> int:
    """Draft next year's table of indicators for every form."""
    return drafted.run(
        paths,
        "indicator",
        form=form,
        year=str(year),
        out=out,
        to_word=functools.partial(to_plans, year=str(year)),
        no_llm=no_llm,
        require_llm=require_llm,
        policy=policy,
        select=select,
        ignore=ignore,
    )
