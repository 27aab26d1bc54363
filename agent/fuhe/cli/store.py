"""fuhe store: back a store up, restore it into an empty one, export it for analysis."""

from pathlib import Path
from typing import Literal

import click

from fuhe.cli import common
from fuhe.errors import UsageError
from fuhe.store.database import Store


@click.group("store", help="存储的备份、恢复和导出。存储是 SQLite 文件或 postgresql:// 地址。")
@click.option("--store", "url", help="存储的文件或地址（默认取设置 store 或环境变量 FUHE_STORE）")
@click.pass_context
def command(context: click.Context, url: str | None) -> None:
    """Find the store the settings or the flag name."""
    context.obj = common.load_settings(store=url).store


def _opened(context: click.Context, *, new: bool = False) -> Store:
    """Open the store; one that is to be read has to be there."""
    url: str = context.obj
    if not url:
        raise UsageError("没有说是哪个存储", todo="请写 fuhe store --store 结果/fuhe.db …，或在 fuhe.toml 里设 store")
    if not new and "://" not in url and not Path(url).is_file():
        raise UsageError("没有这个存储文件", where=url, todo="请核对路径；fuhe batch 的存储在结果文件夹的 fuhe.db")
    return Store(url)


@command.command("backup", help="备份到一个 zip 文件，可恢复到 SQLite 或 PostgreSQL。")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.pass_context
def backup_command(context: click.Context, file: Path) -> None:
    """Write the backup."""
    from fuhe.store.backup import backup

    with _opened(context) as store:
        counts = backup(store, file)
    click.echo(f"已备份到 {file}：{_told(counts)}", err=True)


@command.command("restore", help="从备份恢复到一个空的存储。")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_context
def restore_command(context: click.Context, file: Path) -> None:
    """Restore the backup."""
    from fuhe.store.backup import restore

    with _opened(context, new=True) as store:
        counts = restore(store, file)
        click.echo(f"已恢复到 {store.shown}：{_told(counts)}", err=True)


@command.command("export", help="把现有的表、指标、问题导出为三张平表，供统计分析。")
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path))
@click.option("--to", type=click.Choice(["parquet", "jsonl"]), default="jsonl", show_default=True, help="文件格式")
@click.pass_context
def export_command(context: click.Context, folder: Path, to: Literal["parquet", "jsonl"]) -> None:
    """Write the flat tables."""
    from fuhe.store.flat_tables import export

    with _opened(context) as store:
        counts = export(store, folder, to)
    click.echo(
        f"已导出到 {folder}：表 {counts['forms']}　指标 {counts['indicators']}　问题 {counts['findings']}", err=True
    )


def _told(counts: dict[str, int]) -> str:
    names = {"batch": "批次", "file": "文件", "form": "表", "finding": "问题", "decision": "处理意见"}
    return "　".join(f"{label} {counts[name]}" for name, label in names.items())
