"""fuhe draft: 偏差原因及改进措施 for every row that needs it."""

from pathlib import Path

import click

from fuhe.cli import common, drafted
from fuhe.drafting import reason
from fuhe.drafting.writing import Outcome, write
from fuhe.findings import Finding
from fuhe.model.connection import Model
from fuhe.policy import Pack
from fuhe.readings.sheet import Sheet
from fuhe.records import Form


@click.command(
    "draft", help="为需要说明的指标起草偏差原因及改进措施。只写表内能算出来的事实，单位才知道的留作【待补充】。"
)
@common.paths_argument
@common.format_option("text", "json", "docx", handed_back=True)
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
    """Draft reasons from the findings of every form."""
    return drafted.run(
        paths,
        _reasons,
        form=form,
        out=out,
        no_llm=no_llm,
        require_llm=require_llm,
        policy=policy,
        select=select,
        ignore=ignore,
    )


def _reasons(form: Form, findings: tuple[Finding, ...], chosen: Pack, model: Model | None, about: str) -> Outcome:
    return write(reason.task(Sheet(form, chosen), findings), model, about)
