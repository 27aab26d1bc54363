"""fuhe rules: list the catalogue, explain one rule, or try a changed pack on a folder of forms."""

import inspect
from itertools import groupby
from pathlib import Path

import click

from fuhe.cli import tried_rules
from fuhe.cli.common import load_settings
from fuhe.errors import UsageError
from fuhe.findings import SEVERITY_LABELS
from fuhe.policy import Pack, pack
from fuhe.rules import BATCH_RULES, FAMILIES, BatchRule, every_rule, form_rules
from fuhe.rules.rule import ARITHMETIC, PRACTICE, CatalogueEntry


@click.command("rules", help="列出全部规则；给出代码则说明这条规则查什么、为什么、什么情况不算问题。")
@click.argument("code", required=False, metavar="[代码]")
@click.option(
    "--try", "tried", nargs=2, metavar="口径 文件夹", help="试用改过的政策包（.yaml）或词表文件夹，看会多报、少报哪些"
)
def command(code: str | None, tried: tuple[str, str] | None) -> int:
    """List the rules, print one rule's page, or compare a changed pack with the present one."""
    settings = load_settings()
    if tried:
        click.echo(tried_rules.comparison(settings.policy, Path(tried[0]), tried[1]))
    elif code:
        click.echo(_explained(code.upper(), settings.policy))
    else:
        click.echo(catalogue())
        click.echo(f"共 {len(form_rules())} 条单表规则、{len(BATCH_RULES)} 条批次规则。说明：fuhe rules 代码", err=True)
    return 0


def catalogue() -> str:
    """Return the list of rules under the headings of their families; a batch rule says so."""
    rules = sorted(every_rule(), key=lambda rule: (list(FAMILIES).index(rule.family), rule.code))
    lines = []
    for family, members in groupby(rules, key=lambda rule: rule.family):
        lines.append(f"{family} {FAMILIES[family]}")
        lines += [f"  {rule.code}　{SEVERITY_LABELS[rule.severity]}　{rule.title}{_scope(rule)}" for rule in members]
    return "\n".join(lines)


def _scope(rule: CatalogueEntry) -> str:
    return "（多表）" if isinstance(rule, BatchRule) else ""


def _explained(code: str, policy: str) -> str:
    found = [rule for rule in every_rule() if rule.code == code]
    if not found:
        raise UsageError(f"没有代码“{code}”", todo="运行 fuhe rules 查看全部代码")
    chosen = pack(policy)
    return "\n\n".join(page(rule, chosen) for rule in found)


def page(rule: CatalogueEntry, chosen: Pack) -> str:
    """Return a rule's page: its head line, its docstring, the documents it leans on."""
    head = f"{rule.code}　{SEVERITY_LABELS[rule.severity]}　{rule.title}　（规则判定，可重复；名称 {rule.slug}）"
    documents = [entry.document for name in rule.basis if (entry := chosen.documents.get(name)) and entry.verified]
    own = [{ARITHMETIC: "表内数据互相核对", PRACTICE: "复核惯例"}.get(name, "") for name in rule.basis]
    sources = "；".join([*documents, *(text for text in own if text)])
    return f"{head}\n\n{inspect.cleandoc(rule.page)}\n引用：{sources}"
