"""fuhe opinion: 复核意见 for every form."""

from pathlib import Path

import click

from fuhe.cli import common, drafted
from fuhe.outputs.word.papers import to_opinions


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
        "opinion",
        form=form,
        out=out,
        to_word=to_opinions,
        no_llm=no_llm,
        require_llm=require_llm,
        policy=policy,
        select=select,
        ignore=ignore,
    )
