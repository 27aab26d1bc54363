"""fuhe sample: which forms to look at closely, by money, risk and lots, with the reason for each."""

import secrets
from collections.abc import Iterator
from math import ceil
from pathlib import Path

import click

from fuhe.cli import common, reviewed
from fuhe.cli.delivery import deliver
from fuhe.errors import UsageError
from fuhe.follow_up import Sample
from fuhe.outputs.excel.sample_book import how_drawn, to_sample_book
from fuhe.outputs.stamp import stamp_of
from fuhe.rescoring.proposing import money_of
from fuhe.rescoring.sampling import candidate, draw

_SHARE = 0.2


@click.command(
    "sample",
    help="从一批自评表里抽取要细看的：三分之一按预算数，三分之一按风险，其余随机；写明种子和每一个的理由，同一种子结果相同。",
)
@common.paths_argument
@common.format_option("text", "json", "xlsx")
@click.option("-n", "--count", type=click.IntRange(1), help="抽取几个（默认五分之一）")
@click.option("--seed", help="随机种子，写在清单上；不给时当场产生一个并印出来")
@common.rule_options
def command(
    paths: tuple[str, ...], form: str, out: Path | None, count: int | None, seed: str | None, **chosen: str | None
) -> int:
    """Draw and write; status 3 when an input could not be read."""
    run = reviewed.review(paths, common.load_settings(paths, **chosen))
    if not run.forms:
        raise UsageError("没有自评表可抽，没有写", todo="请给出自评表的文件或文件夹")
    lots = seed or f"{secrets.randbelow(10**6):06d}"
    found = [candidate(file, one, findings, money_of(one, run.pack), lots) for file, one, findings in run.forms]
    sample = draw(found, count or ceil(len(found) * _SHARE), lots)
    if form == "xlsx":
        written: str | bytes = to_sample_book(sample, stamp_of(run.report).line)
    else:
        written = reviewed.in_json(run, sample=sample.model_dump(mode="json")) if form == "json" else _text(sample)
    deliver(written, out, common.inputs_of(paths, run.report), utf8=form == "json")
    click.echo(f"随机种子 {lots}", err=True)
    common.close(run.report)
    return common.unread_status(run.report)


def _text(sample: Sample) -> str:
    return "\n".join([how_drawn(sample), *_lines(sample)])


def _lines(sample: Sample) -> Iterator[str]:
    for number, pick in enumerate(sample.picks, 1):
        one = pick.candidate
        yield f"{number:>3}　{one.project or '（没有项目名称）'}　{one.unit or ''}　{pick.by}：{pick.reason}"
