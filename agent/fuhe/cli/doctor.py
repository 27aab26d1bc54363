"""fuhe doctor: what this computer and the model server can do, and where text would go."""

from collections.abc import Iterator

import click

from fuhe.cli.common import load_settings
from fuhe.cli.this_computer import machine
from fuhe.model.address import statement
from fuhe.model.asked_once import EndpointModel
from fuhe.model.ledger import Ledger, chosen_path
from fuhe.model.sending import connect
from fuhe.model.structured import Reply
from fuhe.model.trial_question import TrialReply, trial
from fuhe.settings import ModelSettings

_RUNGS = {"json_schema": "按 JSON Schema 约束", "json_object": "JSON 模式", "plain": "提示词约定"}


@click.command("doctor", help="检查运行环境和大模型：能否连上、怎样答复、速度多少、文字发往哪里。")
def command() -> int:
    """Print one line a check; raises ModelError, status 4, when a model is configured and does not answer."""
    settings = load_settings()
    for line in (*machine(settings), *_ledger(settings.model)):
        click.echo(line)
    if not settings.model.configured:
        click.echo("大模型：没有配置，建议稿按规则起草。需要时在 fuhe.toml 写 [model] base_url 和 name。")
        return 0
    model = connect(settings.model)
    click.echo(f"去向：{statement(model.place, model.name)}")
    for line in _answer(model):
        click.echo(line)
    return 0


def _ledger(settings: ModelSettings) -> Iterator[str]:
    path = chosen_path(settings.ledger)
    if path is None:
        yield "大模型台账：已关闭"
    elif not settings.configured:
        return
    else:
        ledger = Ledger(path)
        yield f"大模型台账：{path}（{'连同表内文字' if settings.keep_text else '不存表内文字'}）"
        yield from ledger.notes
        ledger.close()


def _answer(model: EndpointModel) -> Iterator[str]:
    reply = trial(model)
    yield f"大模型：{model.name} 已答复，请求 {reply.tries} 次"
    yield f"答复方式：{_RUNGS[reply.rung]}（{reply.rung}）"
    yield f"思考：{_thinking(model, reply)}"
    yield f"速度：{_speed(reply)}"


def _thinking(model: EndpointModel, reply: Reply[TrialReply]) -> str:
    if reply.reasoned:
        return "没有关闭，答复会慢且可能不准。请按服务方的说明设置 [model] thinking"
    return "已关闭" if model.thinking_switched else "没有发送关闭思考的开关；答复中没有思考内容"


def _speed(reply: Reply[TrialReply]) -> str:
    seconds = reply.ms / 1000
    if reply.tokens_out is None or not seconds:
        return f"共 {seconds:.1f} 秒，服务没有给出用量"
    return f"共 {seconds:.1f} 秒，输出 {reply.tokens_out} tokens，每秒 {reply.tokens_out / seconds:.1f}"
