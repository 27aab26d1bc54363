"""A county's own rules: a Python file named in flag, environment or the user's own settings, held to a contract.

The file states `API = 1` and `RULES = (…)`, made with `rule` and `hit` of `fuhe.rules` as the packaged ones are; codes
are X and three digits. A rule of it that crashes is isolated like any other.
"""

import functools
import importlib.util
import re
from collections import Counter
from pathlib import Path
from types import ModuleType

from fuhe.county import added
from fuhe.errors import PolicyError
from fuhe.rules.rule import Rule

API = 1
"""The version of the contract: what `Rule`, `hit` and `Sheet` offer. It is raised when a rule written for it may break."""
FAMILY = "X"
_CODE = re.compile(rf"{FAMILY}\d{{3}}")


def own_rules() -> tuple[Rule, ...]:
    """Return the county's rules; raises PolicyError with the file and what is wrong with it."""
    path = added().rules
    return _loaded(path) if path else ()


@functools.cache
def _loaded(path: Path) -> tuple[Rule, ...]:
    module = _run(path)
    if (written := getattr(module, "API", None)) != API:
        raise _refused(path, f"按规则接口第 {written} 版写成，本程序是第 {API} 版", f"核对后写明 API = {API}")
    rules = getattr(module, "RULES", None)
    if not isinstance(rules, tuple | list) or not all(isinstance(entry, Rule) for entry in rules):
        raise _refused(path, "没有写明 RULES", "写 RULES = (…)，每一项用 @rule(…) 作成")
    for code, count in Counter(entry.code for entry in rules).items():
        if not _CODE.fullmatch(code):
            raise _refused(path, f"代码“{code}”不能用", f"本地规则的代码为 {FAMILY} 加三位数字，如 {FAMILY}001")
        if count > 1:
            raise _refused(path, f"代码“{code}”有两条规则", "一条规则一个代码")
    if empty := next((entry.code for entry in rules if not entry.page.strip()), None):
        raise _refused(path, f"规则 {empty} 没有说明", "在函数下写明查什么、为什么、什么情况不算问题")
    return tuple(rules)


def _run(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuhe_county_rules", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise _refused(path, "没有这个文件", "给出 .py 文件的路径")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # somebody else's code: whatever it raises is told in words
        raise _refused(path, f"规则文件运行不了（{type(error).__name__}：{error}）", "改正后再试") from error
    return module


def _refused(path: Path, what: str, todo: str) -> PolicyError:
    return PolicyError(what, where=str(path), todo=todo)
