"""fuhe opinion: 复核意见 for every form."""

from pathlib import Path

import click

from fuhe.cli import common, drafted
from fuhe.drafting import opinion
from fuhe.drafting.writing import Outcome, write
from fuhe.findings import Finding
from fuhe.model.connection import Model
from fuhe.outputs.word.papers import to_opinions
from fuhe.policy import Pack
from fuhe.readings.sheet import Sheet
from fuhe.records import Form


@click.command("opinion", help="为每张表起草复核意见：总体情况、存在问题、修改建议，时限留空。")
@common.paths_argument
@common.format_option("text", "json", "docx")
@common.model_options
@common.rule_options
def command(
    paths: tuple[str, ...],
    form: str,
    out: Path | None,
    no_llm: bool,
    require_llm: bool,
    policy: str | None,
    select: str | None,
    ignore: str | None,
) -> int:
    """Draft one opinion a form."""
    return drafted.run(
        paths,
        _opinion,
        form=form,
        out=out,
        to_word=to_opinions,
        no_llm=no_llm,
        require_llm=require_llm,
        policy=policy,
        select=select,
        ignore=ignore,
    )


def _opinion(form: Form, findings: tuple[Finding, ...], chosen: Pack, model: Model | None, about: str) -> Outcome:
    return write(opinion.task(Sheet(form, chosen), findings), model, about)
