"""evals/report.md and its plots, written from one run's results: tables, commands, versions."""

import math
import platform
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import yaml

from evals import drafts, fresh, plots
from evals.adversarial import PLANTED
from evals.baselines import alone
from evals.labelled import DATA
from evals.results import CHECKERS, FLOOR, OURS, SCORERS, UNITS, WORDS, Results
from evals.rules import HELD_OUT, Count, Score

HERE = Path(__file__).parent
FILE, PLOTS = HERE / "report.md", HERE / "plots"
VERSIONS = "## 版本"
KIND_NAMES = {"reason": "偏差原因", "opinion": "复核意见", "indicator": "下年度指标"}


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a Markdown table; figures stand to the right, with three decimals where they are shares."""
    listed = list(rows)
    sides = ["---" if any(isinstance(row[n], str) for row in listed[:1]) else "---:" for n in range(len(head))]
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join(sides) + "|"]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in listed]
    return "\n".join(lines)


def _cell(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def markdown(results: Results) -> str:
    """Write the whole report; everything above the versions is the same on every machine."""
    parts = [
        _head(),
        *_fresh(results),
        *_rules(results),
        *_codes(results),
        *_pairs(results),
        *_drafts(results),
        *_prose(results),
        _commands(),
        _versions(),
    ]
    return "\n\n".join(parts) + "\n"


def _head() -> str:
    return (
        "# 好到什么程度\n\n"
        "本文由 `python -m evals` 生成，不要手改。各组数据怎样来、说明不了什么，见 `evals/data/README.md`。\n"
        "标注是项目自己做的（一个人），“自制”“变异”两组和规则互相对照着改过，是回归的底线；"
        "**“留出的表”先写表、先标注，入库之后才运行规则，最接近对陌生表格的估计**，但仍是项目自己写的表。"
    )


QUESTIONS = {
    "goals": "目标有没有可核对的承诺",
    "outcomes": "完成情况有没有可核对的结果",
    "echoes": "完成情况是不是照抄目标",
    "names": "名称连同指标值能不能衡量",
    "better": "运算符方向反没反",
    "targets": "定性指标值能不能核对",
    "actuals": "完成值有没有说出事实",
    "answers": "完成值答没答所问",
    "causes": "写没写出原因",
    "measures": "写没写出措施",
    "causes read": "读出了原因没有",
    "measures read": "读出了措施没有",
    "owners read": "读出了承办者没有",
    "dues read": "读出了时限没有",
    "money": "没花完的钱说没说清",
}


def _fresh(results: Results) -> Iterator[str]:
    yield (
        "## 没见过程序的人写的题\n\n写题的人没有看过程序和词表，只知道自评表和每一问是什么；先写答案、先入库，再运行一次。"
        "“第一次”原样记在 `evals/data/fresh/first.yaml`，不再改动；之后这些题就成了普通用例，“现在”只说明没有退步。"
        "“改造前”是规则改读法以前的程序在同一批题上的结果。按复核人看到的算：该报的报出没有，好的有没有被误报。"
    )
    kept = fresh.recorded()
    rows: list[tuple[object, ...]] = []
    for name, questions in results.fresh.items():
        for question, now in questions.items():
            if question in QUESTIONS:
                told = kept.get(name, {}).get(question, {})
                stages = [told.get(stage) for stage in ("before", "first")]
                rows.append(
                    (name, QUESTIONS[question], *(_right(counts) for counts in (*stages, now)), _troubled(told))
                )
    yield table(("题", "问的是", "改造前 对", "第一次 对", "现在 对", "第一次 误报"), rows)
    yield "整张的表（金标先写，含必须说的和说了也对的）：\n"
    rows = []
    for name, questions in results.fresh.items():
        if "forms" in questions:
            told = {**kept.get(name, {}).get("forms", {}), "now": questions["forms"]}
            for stage, title in (("before", "改造前"), ("first", "第一次"), ("now", "现在")):
                if counts := told.get(stage):
                    due, caught, said, false = counts
                    rows.append((name, title, due, caught, _interval(caught, due), said, _interval(said - false, said)))
    yield table(("表", "何时", "必须说", "说到", "召回率", "错误和警告", "精确率"), rows)
    yield "没见过的版式，每套十四张，读对的栏目（现在的数字见 `python -m evals.fresh_layouts`）：\n"
    layouts = yaml.safe_load((fresh.FOLDER / "layouts_first.yaml").read_text("utf-8"))
    yield table(
        ("版式", "格式", "改造前", "第一次"),
        [
            (name, suffix, *(f"{told[stage]:.3f}" if stage in told else "—" for stage in ("before", "first")))
            for name, formats in layouts.items()
            for suffix, told in formats.items()
        ],
    )
    yield (
        "交给起草核对的话（attacks 每句都藏着表里没有的事，honest 是规规矩矩的措施；`python -m evals.guard --set`）。"
        "写入的才进文件，另列的标明“模型补充，未核”，部分写入的整句另列、开头几个分句进文件，不显示的谁也看不到：\n"
    )
    guard = yaml.safe_load((fresh.FOLDER / "guard_first.yaml").read_text("utf-8"))
    yield table(
        ("句", "句数", "第一次 写入", "部分写入", "另列", "不显示"),
        [
            (name, told["all"], told["inserted"], told.get("part", "—"), told["apart"], told["withheld"])
            for name, told in guard.items()
        ],
    )


def _right(counts: Sequence[int] | None) -> str:
    if counts is None:
        return "—"
    bad, caught, good, troubled = counts
    return f"{(caught + good - troubled) / (bad + good):.3f}"


def _troubled(told: dict[str, fresh.Counts]) -> str:
    return f"{told['first'][3]}/{told['first'][2]}" if "first" in told else "—"


def _rules(results: Results) -> Iterator[str]:
    yield (
        "## 规则：错误和警告\n\n同一批表、同一种判法："
        + "；".join(
            [
                f"**{OURS}**",
                f"**{UNITS}**（求和、必填、扣分栏非空、只看数字的比例打分，即预算系统和工作簿现在能做的）",
                f"**{WORDS}**（不解析数值）",
            ]
        )
        + "。精确率是报出的有多少对，召回率是该报的报出多少；没有可报的表精确率、召回率记为 1。"
    )
    rows = [
        (name, score.forms, who, c.due, c.said, c.right, c.precision, c.recall, c.f1)
        for name, scores in results.rules.items()
        for who, score in scores.items()
        for c in [score.all]
    ]
    yield table(("表", "张数", "谁来查", "应报", "报出", "报对", "精确率", "召回率", "F1"), rows)
    yield "![各法的 F1](plots/rules.svg)"
    yield from _held_out(results.rules[HELD_OUT][OURS])
    yield from _subset(results)


def _held_out(score: Score) -> Iterator[str]:
    first = yaml.safe_load((DATA / "heldout_first.yaml").read_text("utf-8"))
    yield (
        "### 留出的表：第一次运行和现在\n\n第一次的结果原样记在 `evals/data/heldout_first.yaml`。"
        "括号里是 95% 置信区间（Wilson），表少，区间宽。"
    )
    rows = []
    for name, title in (("error", "错误"), ("warning", "警告")):
        for when, count in (("第一次", Count(**first[name])), ("现在", score.severities[name])):
            rows.append(
                (
                    title,
                    when,
                    count.due,
                    count.said,
                    count.right,
                    _interval(count.right, count.said),
                    _interval(count.right, count.due),
                )
            )
    yield table(("级别", "何时", "应报", "报出", "报对", "精确率", "召回率"), rows)
    yield "现在仍不一致的：\n\n" + "\n".join(f"- {line}" for line in score.differ)


def _interval(right: int, of: int) -> str:
    """Return a share with its Wilson interval at 95 %."""
    if not of:
        return "—"
    z, p = 1.96, right / of
    middle, half = p + z * z / (2 * of), z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    low, high = ((middle + sign * half) / (1 + z * z / of) for sign in (-1, 1))
    return f"{p:.3f}（{low:.2f}–{min(high, 1):.2f}）"


def _subset(results: Results) -> Iterator[str]:
    yield (
        "### 只用大模型\n\n把表和规则清单一起交给模型，让它自己找（`evals/prompts/rules_alone.md`）。"
        f"只问了留出的表里的 {len(alone.SUBSET)} 张：{'、'.join(alone.SUBSET)}。答复录在 `evals/data/recorded/`，这里是重放。"
        "“未评”是没有给出可用答复的表，不计入任何一栏。"
    )
    rows = [
        (who, score.forms, score.unscored, c.due, c.said, c.right, c.precision, c.recall, c.f1)
        for who, score in results.subset.items()
        for c in [score.all]
    ]
    yield table(("谁来查", "张数", "未评", "应报", "报出", "报对", "精确率", "召回率", "F1"), rows)


def _codes(results: Results) -> Iterator[str]:
    yield (
        "## 规则：逐个代码\n\n标注表是六张样表、自制、填得好的和留出的表合在一起；变异表另列。"
        "提示（info）只考召回：没有标的提示不算误报，也不算对。"
    )
    labelled_sets = [scores for name, scores in results.rules.items() if name != "变异表"]
    codes = sorted({code for scores in results.rules.values() for code in scores[OURS].codes})
    rows = []
    for code in codes:
        ours = _summed(scores[OURS].codes.get(code, Count()) for scores in labelled_sets)
        mutated = results.rules["变异表"][OURS].codes.get(code, Count())
        others = [_summed(scores[who].codes.get(code, Count()) for scores in labelled_sets) for who in (UNITS, WORDS)]
        rows.append((code, ours.due, *_shares(ours), mutated.due, *_shares(mutated), *(_f1(count) for count in others)))
    head = ("代码", "标注", "精确率", "召回率", "F1", "变异", "精确率", "召回率", "F1", f"{UNITS} F1", f"{WORDS} F1")
    yield table(head, rows)
    few = [str(row[0]) for row in rows if isinstance(row[1], int) and row[1] < 3]
    yield f"标注不足 3 处的代码，数字只能当例子看：{'、'.join(few)}。"


def _summed(counts: Iterable[Count]) -> Count:
    known = list(counts)
    return Count(sum(c.due for c in known), sum(c.said for c in known), sum(c.right for c in known))


def _shares(count: Count) -> tuple[object, object, object]:
    if not count.due and not count.said:
        return ("—", "—", "—")
    return count.precision, count.recall, count.f1


def _f1(count: Count) -> object:
    return count.f1 if count.due or count.said else "—"


def _pairs(results: Results) -> Iterator[str]:
    groups = results.pairs["质量分"]
    yield (
        f"## 质量分：排得对不对\n\n{groups['全部'].pairs} 对表，哪一张填得好先写下来（`evals/data/pairs.yaml`），入库之后才用质量分去比。"
        "排对率中打平算不对；τ 是（排对 − 排反）÷ 全部。同表同一判法，另列几种简单办法。"
    )
    head = ("组", "对数", *(f"{name} 排对率" for name in SCORERS), *(f"{name} τ" for name in SCORERS))
    rows = [
        (
            name,
            found.pairs,
            *(results.pairs[who][name].accuracy for who in SCORERS),
            *(results.pairs[who][name].tau for who in SCORERS),
        )
        for name, found in groups.items()
    ]
    yield table(head, rows)
    yield "![质量分与各法](plots/pairs.svg)"
    yield "没有排对的：\n\n" + "\n".join(f"- {line}" for line in groups["全部"].wrong)


def _drafts(results: Results) -> Iterator[str]:
    yield (
        "## 建议稿：按规则起草和大模型起草\n\n同一批表。核对关：模型的话一次通过、退回改一次后通过、仍不过而改用按规则起草的稿。"
        "表外事实由另一套不认代号的办法查（`evals/leaks.py`）；套话用另一张词表查。"
    )
    head = (
        "种类",
        "谁起草",
        "表",
        "份",
        "一次通过",
        "改后通过",
        "退回",
        "表外事实",
        "写回后消除",
        "原因留空",
        "套话",
        "凑字",
        "超长",
        "平均字数",
        "每表用量",
    )
    yield table(head, [_draft_row(found) for found in results.drafts])
    refused = [
        (f"{KIND_NAMES[d.kind]}·{d.system}", "、".join(f"{k} {n}" for k, n in d.refused.most_common()))
        for d in results.drafts
        if d.refused
    ]
    yield "模型的话被拦下的原因：\n\n" + "\n".join(f"- {who}：{why}" for who, why in refused)
    yield f"重复起草 {drafts.TAKES} 次（每次重新问），同一格文字相同的和平均相似度："
    yield table(
        ("谁起草", "格", "每次都相同", "平均相似度"),
        [(who, found.fields, found.same, found.likeness) for who, found in results.repeats.items()],
    )
    forms, drafted, found = results.attack
    yield f"对抗表 {forms} 张（每格都埋了“指令”和假事实，模型全部照办）：建议稿 {drafted} 份，表外事实 {found} 处。"
    gates = "、".join(f"{check} {count}" for check, count in sorted(results.gates.items()))
    yield f"这些表里埋的 {len(PLANTED)} 句话逐句过核对关（一句可犯几样），各关拦下：{gates}；放过 {results.gates['放过']} 句。"
    asked, rows, ours, naive = results.sent
    yield (
        f"{asked} 张表 {rows} 行要写原因，每表发给模型 {ours / asked:.0f} 字；逐行带上全表和规则的做法是 {naive / asked:.0f} 字，"
        f"前者为其 {ours / naive:.2f}。"
    )
    yield "![建议稿](plots/drafts.svg)"


def _draft_row(found: drafts.Drafted) -> tuple[object, ...]:
    sums, mean = found.sums, sum(found.lengths) / max(1, len(found.lengths))
    by_model = found.system != FLOOR
    passed = [sums[name] if by_model else "—" for name in ("一次通过", "改后通过", "退回按规则起草")]
    loop = f"{sums['写回后消除']}/{sums['写回']}" if sums["写回"] else "—"
    blank = f"{sums['原因留空']}/{sums['表内无原因']}" if sums["表内无原因"] else "—"
    tokens = f"{sums['用量'] / found.forms:.0f}" if by_model else "0"
    quality = [sums[name] for name in ("套话", "重复凑字", "超长")]
    return (
        KIND_NAMES[found.kind],
        found.system,
        found.forms,
        sums["份数"],
        *passed,
        sums["表外事实"],
        loop,
        blank,
        *quality,
        f"{mean:.0f}",
        tokens,
    )


def _prose(results: Results) -> Iterator[str]:
    yield (
        "## 文字：能不能原样用\n\n`evals/data/prose.yaml` 里的句子由项目标注（一个人），所以这里只是与一个标注者的一致程度，不是对错。"
        "核对关只查事实和套话，不查写得具体不具体；模型当评判只用于文字，从不打分。“未评”是没有给出可用答复的。"
    )
    rows = [
        (who, a.scored, a.unscored, a.both_usable, a.both_not, a.too_lenient, a.too_strict, a.share, a.kappa)
        for who, a in results.prose.items()
    ]
    yield table(("谁来看", "已评", "未评", "都说能用", "都说不能", "偏宽", "偏严", "一致率", "κ"), rows)


def _commands() -> str:
    return (
        "## 命令\n\n"
        "- `python -m evals`：不用密钥，重算全部，改写本文和 `evals/plots/`。\n"
        "- `python -m evals --check`：数字低于 `evals/baseline.yaml`、缺录音或本文过期，状态为 1。\n"
        "- `python -m evals --accept`：把现在的数字定为底线。\n"
        "- `python -m evals --live http://…/v1 --name 模型名`：问一个真实模型，答复录进 `evals/data/recorded/`，再重算。\n"
        "- `python -m evals.rules`、`python -m evals.quality`：逐条列出不一致的地方。\n"
        "- `python -m evals.bench`：速度和内存，与同一次运行里的对照并列；随机器而变，不写进本文。"
    )


def _versions() -> str:
    names = ("fuhe", "pydantic-evals", "pydantic", "jieba", "langchain-openai", "openai")
    listed = "\n".join(f"- {name} {version(name)}" for name in names)
    return f"{VERSIONS}\n\n- Python {platform.python_version()}\n{listed}"


def summary(results: Results) -> str:
    """Write a few lines for the console; the report has the rest."""
    lines = [
        f"{name}：{score.forms} 张，精确率 {score.all.precision:.3f}，召回率 {score.all.recall:.3f}，F1 {score.all.f1:.3f}"
        for name, score in ((name, scores[OURS]) for name, scores in results.rules.items())
    ]
    pairs = results.pairs["质量分"]["全部"]
    lines.append(f"质量分：{pairs.pairs} 对，排对率 {pairs.accuracy:.3f}，τ {pairs.tau:.3f}")
    lines.append(f"对抗表 {results.attack[0]} 张，建议稿 {results.attack[1]} 份，表外事实 {results.attack[2]} 处")
    return "\n".join([*lines, f"其余见 {FILE}"])


def above_versions(text: str) -> str:
    """Return the part of a report that is the same on every machine."""
    return text.partition(VERSIONS)[0]


def drawn(results: Results) -> dict[str, str]:
    """Return file name → SVG."""
    by_set = {
        name: {who: scores[who].all.f1 for who in CHECKERS}
        for name, scores in results.rules.items()
        if scores[OURS].all.due
    }
    order = {name: {who: results.pairs[who][name].accuracy for who in SCORERS} for name in results.pairs["质量分"]}
    shown = {}
    for found in results.drafts:
        if found.system != FLOOR and found.sums["份数"]:
            asked = sum(found.sums[name] for name in ("一次通过", "改后通过", "退回按规则起草")) or 1
            shown[f"{KIND_NAMES[found.kind]}"] = {
                name: found.sums[name] / asked for name in ("一次通过", "改后通过", "退回按规则起草")
            }
    return {
        "rules.svg": plots.bars("规则：错误和警告的 F1", by_set),
        "pairs.svg": plots.bars("质量分：排对率", order),
        "drafts.svg": plots.bars("大模型的话在核对关的去向", shown),
    }


def write(results: Results) -> None:
    """Write the report and its plots."""
    PLOTS.mkdir(exist_ok=True)
    for name, svg in drawn(results).items():
        (PLOTS / name).write_text(svg, "utf-8")
    FILE.write_text(markdown(results), "utf-8")
