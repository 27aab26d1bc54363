"""fuhe draft: 偏差原因及改进措施 for every row that needs it."""

from pathlib import Path

import click

from fuhe.cli import common, drafted


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
        "reason",
        form=form,
        out=out,
        no_llm=no_llm,
        require_llm=require_llm,
        policy=policy,
        select=select,
        ignore=ignore,
    )
