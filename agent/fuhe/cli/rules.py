"""fuhe rules: list the catalogue, or explain one rule."""

import inspect

import click

from fuhe.cli.common import load_settings
from fuhe.errors import UsageError
from fuhe.findings import SEVERITY_LABELS
from fuhe.policy import Pack, pack
from fuhe.rules import RULES, Rule
from fuhe.rules.rule import ARITHMETIC, PRACTICE


@click.command("rules", help="列出全部规则；给出代码则说明这条规则查什么、为什么、什么情况不算问题。")
@click.argument("code", required=False, metavar="[代码]")
def command(code: str | None) -> int:
    """List the rules, or print one rule's page; raises UsageError for an unknown code."""
    if code is None:
        click.echo("\n".join(f"{rule.code}　{SEVERITY_LABELS[rule.severity]}　{rule.title}" for rule in RULES))
        click.echo(f"共 {len(RULES)} 条。说明：fuhe rules 代码", err=True)
        return 0
    rule = next((rule for rule in RULES if rule.code == code.upper()), None)
    if rule is None:
        raise UsageError(f"没有代码“{code}”", todo="运行 fuhe rules 查看全部代码")
    click.echo(page(rule, pack(load_settings().policy)))
    return 0


def page(rule: Rule, chosen: Pack) -> str:
    """Return a rule's page: its head line, its docstring, the documents it leans on."""
    head = f"{rule.code}　{SEVERITY_LABELS[rule.severity]}　{rule.title}　（规则判定，可重复；名称 {rule.slug}）"
    documents = [entry.document for name in rule.basis if (entry := chosen.documents.get(name)) and entry.verified]
    own = [{ARITHMETIC: "表内数据互相核对", PRACTICE: "复核惯例"}.get(name, "") for name in rule.basis]
    sources = "；".join([*documents, *(text for text in own if text)])
    return f"{head}\n\n{inspect.cleandoc(rule.page)}\n引用：{sources}"
