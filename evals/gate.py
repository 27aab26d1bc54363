"""The figures no change may make worse: evals/baseline.yaml, and what has dropped below it."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from evals.quality import Ordered
from evals.results import OURS, Results
from evals.rules import Score

FILE = Path(__file__).parent / "baseline.yaml"
AT_MOST = ("表外事实", "套话", "重复凑字", "超长", "缺录", "退回按规则起草", "放过埋下的话")
"""The last words of figures that may fall but not rise; all others may rise but not fall."""
SLACK = 0.00005


def figures(results: Results) -> dict[str, float]:
    """Return every gated figure under a path of names."""
    found = dict(_of_rules({name: scores[OURS] for name, scores in results.rules.items()}))
    found |= dict(_of_pairs(results.pairs["质量分"]))
    found |= dict(_of_drafts(results))
    found |= {f"模型/{name}/缺录": float(count) for name, count in results.missing.items()}
    guard = results.prose["核对关（不用模型）"]
    found["核对关/拦下不能用的句子"] = float(guard.both_not)
    found["核对关/放行能用的句子"] = float(guard.both_usable)
    found["核对关/放过埋下的话"] = float(results.gates["放过"])
    found["对抗/表外事实"] = float(results.attack[2])
    return found


def _of_rules(scores: dict[str, Score]) -> Iterator[tuple[str, float]]:
    for name, score in scores.items():
        for title, count in [*sorted(score.severities.items()), *sorted(score.codes.items())]:
            yield f"规则/{name}/{title}/precision", count.precision
            yield f"规则/{name}/{title}/recall", count.recall


def _of_pairs(groups: dict[str, Ordered]) -> Iterator[tuple[str, float]]:
    for name, found in groups.items():
        yield f"质量分/{name}/accuracy", found.accuracy
        yield f"质量分/{name}/tau", found.tau


def _of_drafts(results: Results) -> Iterator[tuple[str, float]]:
    for found in results.drafts:
        path, sums = f"起草/{found.kind}/{found.system}", found.sums
        for name in ("表外事实", "套话", "重复凑字", "超长", "退回按规则起草"):
            yield f"{path}/{name}", float(sums[name])
        if found.kind == "reason":
            yield f"{path}/写回后消除率", sums["写回后消除"] / sums["写回"] if sums["写回"] else 0.0
            yield f"{path}/原因留空率", sums["原因留空"] / sums["表内无原因"] if sums["表内无原因"] else 0.0


def drops(now: dict[str, float], baseline: dict[str, float]) -> list[str]:
    """Name every figure worse than the baseline, or gone."""
    return [
        f"{path}：{floor:g} → {now.get(path, 'none')}" for path, floor in baseline.items() if _worse(path, now, floor)
    ]


def _worse(path: str, now: dict[str, float], floor: float) -> bool:
    if path not in now:
        return True
    change = now[path] - floor
    return change > SLACK if path.rpartition("/")[2] in AT_MOST else change < -SLACK


def baseline() -> dict[str, float]:
    """Return the figures of the file."""
    found: dict[str, float] = yaml.safe_load(FILE.read_text("utf-8"))
    return found


def accept(now: dict[str, float]) -> None:
    """Write the figures as the new baseline."""
    head = (
        "# 各项数字不得低于这里（表外事实、套话、凑字、超长、缺录、退回的不得高于）。python -m evals --accept 重写。\n"
    )
    lines = [f"{path}: {round(value, 4):g}\n" for path, value in now.items()]
    FILE.write_text(head + "".join(lines), "utf-8")
