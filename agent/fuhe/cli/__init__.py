"""The command `fuhe`: one short file a verb, loaded only when its verb is called."""

import errno
import gettext
import importlib
import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from fuhe.cli.help_words import in_chinese

COMMANDS = {
    "read": "显示读懂了什么：各栏内容、位置和没有认准的地方",
    "check": "检查自评表，列出问题、依据和修改建议",
    "draft": "起草偏差原因及改进措施（建议稿）",
    "plan": "起草下年度绩效指标（建议稿）",
    "opinion": "起草每张表的复核意见（建议稿）",
    "report": "写一批自评表的复核情况报告（Word）",
    "rescore": "按评分口径填复核底稿：复核得分、偏差、扣分原因（建议稿），填好的可以读回",
    "sample": "从一批自评表里抽取要细看的：按金额、按风险、随机",
    "rectify": "写整改通知和整改台账；重报以后写整改前后对照",
    "batch": "检查一个文件夹，逐个存下结果，可以中断、续做",
    "serve": "打开工作台：在网页上逐条处理、汇总、导出",
    "store": "存储的备份、恢复、导出",
    "rules": "列出全部规则，或解释一条规则",
    "doctor": "检查运行环境和大模型，说明文字发往哪里",
}
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)
EXIT_FINDINGS, EXIT_USAGE, EXIT_UNREAD, EXIT_INTERRUPTED = 1, 2, 3, 130


class _Lazy(click.Group):
    """A group that knows its verbs' names and help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"fuhe.cli.{cmd_name}").command
        return in_chinese(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_Lazy,
    options_metavar="[选项]",
    subcommand_metavar="命令 [参数]…",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="每条命令的说明和例子：fuhe 命令 --help。例如：fuhe check 自评表.docx",
)
@click.version_option(package_name="fuhe", prog_name="复核 fuhe", message="%(prog)s %(version)s")
def fuhe() -> None:
    """复核：检查项目支出绩效自评表，列出问题和依据，起草修改建议。"""


def main() -> NoReturn:
    """Run the command and end the process with its status; user errors print one Chinese line, a bug its traceback."""
    _prepare_console()
    sys.exit(_status())


def _prepare_console() -> None:
    """Speak Chinese on any console: never fail on a character a GBK stream lacks."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    gettext.bindtextdomain("messages", str(Path(__file__).parent / "locale"))
    os.environ["LANGUAGE"] = "zh_CN"


def _status() -> int:
    from fuhe.errors import FuheError, ReadError, UsageError, reason

    try:
        status = int(fuhe.main(standalone_mode=False) or 0)
        sys.stdout.flush()
        return status
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.UsageError as error:
        error.show()
        return EXIT_USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断。", err=True)
        return EXIT_INTERRUPTED
    except FuheError as error:
        click.echo(f"出错：{error}", err=True)
        return EXIT_USAGE if isinstance(error, UsageError) else EXIT_UNREAD if isinstance(error, ReadError) else 4
    except BrokenPipeError:
        _write_nowhere()
        return 0
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        _write_nowhere()
        click.echo(f"出错：写不下去（{reason(error)}）。请检查磁盘和临时文件夹的空间后重新运行。", err=True)
        return EXIT_USAGE


def _write_nowhere() -> None:
    """Let what is still to be printed go: the console or the file behind it takes no more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
