"""What --help and completion say beyond each verb's own words: Chinese for Click's placeholders, an example, the known names."""

from collections.abc import Callable, Iterator

import click
from click.shell_completion import CompletionItem

EXAMPLES = {
    "read": "fuhe read 自评表.docx",
    "check": "fuhe check 自评表.docx -o 问题清单.xlsx",
    "draft": "fuhe draft 自评表.docx -f docx -o 修改稿",
    "plan": "fuhe plan 自评表.docx --year 2025 -o 目标表.docx",
    "opinion": "fuhe opinion 自评表.docx -o 复核意见.docx",
    "report": "fuhe report 第一批 -o 复核情况报告.docx",
    "rescore": "fuhe rescore 第一批 --standard district-2025 -o 复核底稿.xlsx",
    "sample": "fuhe sample 第一批 -n 10 --seed 2025 -o 抽样清单.xlsx",
    "rectify": "fuhe rectify 第一批 -o 整改",
    "batch": "fuhe batch 第一批 --out 结果",
    "serve": "fuhe serve --open",
    "store": "fuhe store --store 结果/fuhe.db backup 备份.zip",
    "rules": "fuhe rules A002",
    "doctor": "fuhe doctor",
    "backup": "fuhe store --store 结果/fuhe.db backup 备份.zip",
    "restore": "fuhe store --store 新的/fuhe.db restore 备份.zip",
    "export": "fuhe store --store 结果/fuhe.db export 平表",
}
_VALUES = {"text": "文字", "integer": "整数", "integer range": "整数", "float": "数"}
_NAMED = {
    "policy": "政策包",
    "select": "代码",
    "ignore": "代码",
    "host": "地址",
    "names": "主机名",
    "name": "名称",
    "store": "存储",
    "named": "口径",
    "seed": "种子",
    "due": "时限",
    "office": "单位",
}
_Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def in_chinese(command: click.Command) -> click.Command:
    """Say in Chinese what Click would put in English, and add the command's example; the same command comes back."""
    command.options_metavar = "[选项]"
    if isinstance(command, click.Group):
        command.subcommand_metavar = "命令 [参数]…"
        for below in command.commands.values():
            in_chinese(below)
    if command.name in EXAMPLES:
        command.epilog = f"例如：{EXAMPLES[command.name]}"
    for parameter in command.params:
        if parameter.metavar is None and (word := _VALUES.get(parameter.type.name)):
            parameter.metavar = _NAMED.get(parameter.name or "", word)
        if complete := _COMPLETED.get(parameter.name or ""):
            parameter._custom_shell_complete = complete
    return command


def _packs(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Complete the name of a packaged policy pack; a path goes on as a file."""
    from fuhe.policy import pack_names

    named = [CompletionItem(name) for name in pack_names() if name.startswith(begun)]
    return named or [CompletionItem(begun, type="file")]


def _codes(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Complete the last of some codes divided by commas."""
    before, comma, last = begun.rpartition(",")
    return [
        CompletionItem(f"{before}{comma}{code}", help=told) for code, told in _known() if code.startswith(last.upper())
    ]


def _known() -> Iterator[tuple[str, str]]:
    from fuhe.rules import FAMILIES, every_rule

    yield from FAMILIES.items()
    yield from ((rule.code, rule.title) for rule in every_rule())


def _code(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    return [item for item in _codes(context, parameter, begun) if len(str(item.value)) > 1]


_COMPLETED: dict[str, _Complete] = {"policy": _packs, "select": _codes, "ignore": _codes, "code": _code}
