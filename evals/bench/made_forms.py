"""Forms made for load: every one its own project with its own figures and words, as Word, Excel or JSON; the same for the same number."""

import io
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import xlsxwriter

_TOWNS = [
    f"{first}{second}"
    for first in "东南西北中上下新老大"
    for second in ("河镇", "川乡", "台镇", "湾乡", "沟镇", "堡镇", "滩乡", "营街道", "桥街道", "园区")
]
_OFFICES = ("教育局", "民政局", "水务局", "交通运输局", "卫生健康局", "文化旅游局", "应急管理局", "档案馆")
UNITS = [f"{town}{office}" for town in _TOWNS for office in _OFFICES]
_SUBJECTS = ("热线服务", "校舍维修", "河道清淤", "农村公路养护", "公共卫生", "文物保护", "应急物资储备", "档案数字化", "老旧小区改造", "职业培训", "困难群众救助", "信息系统运维", "灌区改造", "图书采购", "环境监测")  # fmt: skip
_THINGS = ("培训人次", "维修面积", "设备数量", "巡查次数", "受益户数", "检测批次", "整理档案卷数", "采购册数")
_QUALITY = ("验收合格率", "按期办结率", "设备完好率", "数据准确率", "抽检合格率")
_EFFECTS = ("群众办事便利程度", "防洪能力", "公共服务水平", "就业稳定", "文化供给", "安全事故下降率", "出行条件")
_COLUMNS = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因及改进措施")
_FIELDS = ("level1", "level2", "name", "target", "actual", "weight", "score", "reason")
YEAR = "2024"


def record(number: int) -> dict[str, Any]:
    """Return the record of the form of this number, with a fault or two in most."""
    dice = random.Random(number)
    subject, unit = dice.choice(_SUBJECTS), dice.choice(UNITS)
    budget = dice.randint(20, 900)
    executed = round(budget * dice.choice((1, 1, 0.97, 0.88, 0.62)), 2)
    rate = round(executed / budget * 100, 2)
    rows = list(_rows(dice, f"{dice.choice(_TOWNS)}{subject}"))
    total = round(sum(float(row["score"]) for row in rows) + min(10.0, rate / 10), 2)
    printed = total if dice.random() < 0.8 else total + dice.choice((1, 2, 10))
    fund = {"label": "年度资金总额", "initial_budget": f"{budget}", "full_year_budget": f"{budget}", "executed": f"{executed}", "weight": "10", "rate": f"{rate}%", "score": f"{min(10.0, round(rate / 10, 2))}", "reason": None}  # fmt: skip
    return {
        "project": f"{YEAR}年{unit}{subject}项目（{number}）", "department": unit, "unit": f"{unit}{subject}中心", "year": YEAR,
        "goal": _told(dice, subject, "完成"), "outcome": _told(dice, subject, "已完成"),
        "total_weight": "100", "total_score": f"{printed:g}", "grade": None, "fund_unit": "万元",
        "funding": [fund], "indicators": rows, "remarks": [], "notes": [],
    }  # fmt: skip


def _told(dice: random.Random, subject: str, verb: str) -> str:
    """Return a few clauses that hardly two forms share."""
    clauses = (
        f"{verb}{dice.choice(_TOWNS)}{subject}{dice.randint(3, 9000)}{dice.choice('项处次户')}",
        f"{dice.choice(_TOWNS)}的{dice.choice(_QUALITY)}达到{dice.randint(88, 100)}%",
        f"{dice.choice(_THINGS)}{dice.randint(10, 900)}",
        f"惠及{dice.choice(_TOWNS)}{dice.randint(100, 9000)}人",
        f"{dice.choice(_EFFECTS)}明显改善",
        f"由{dice.choice(_OFFICES)}牵头，{dice.randint(2, 12)}月底前办结",
    )
    return "，".join(dice.sample(clauses, dice.randint(2, 4))) + "。"


def _rows(dice: random.Random, subject: str) -> Iterator[dict[str, Any]]:
    plan = (("产出指标", "数量指标", 15), ("产出指标", "数量指标", 10), ("产出指标", "质量指标", 15), ("产出指标", "时效指标", 10), ("效益指标", "社会效益指标", 20), ("效益指标", "可持续影响指标", 10), ("满意度指标", "服务对象满意度指标", 10))  # fmt: skip
    for level1, level2, weight in plan:
        name, target, actual = _measure(dice, subject, level2)
        score = weight if dice.random() < 0.75 else weight - dice.choice((0.5, 1, 2))
        reason = (
            "" if score == weight or dice.random() < 0.5 else dice.choice(("完成", "受天气影响，下一步加快进度", "无"))
        )
        values = (level1, level2, name, target, actual, f"{weight}", f"{score:g}", reason or None)
        yield dict(zip(_FIELDS, values, strict=True))


def _measure(dice: random.Random, subject: str, level2: str) -> tuple[str, str, str]:
    if level2 == "数量指标":
        goal = dice.randint(5, 5000)
        return f"{subject}{dice.choice(_THINGS)}", f"≥{goal}", f"{goal + dice.choice((0, 3, -2))}"
    if level2 == "质量指标":
        return f"{subject}{dice.choice(_QUALITY)}", f"≥{dice.choice((90, 95, 98))}%", f"{dice.choice((95, 98, 100))}%"
    if level2 == "时效指标":
        return f"{subject}任务按时完成率", "100%", f"{dice.choice((100, 100, 92))}%"
    if level2 == "服务对象满意度指标":
        return f"{subject}服务对象满意度", "≥90%", f"{dice.choice((90, 93, 97))}%"
    return (
        f"{dice.choice(_EFFECTS)}（{subject}）",
        dice.choice(("有效提升", "逐步改善", "≥10%")),
        dice.choice(("有效提升", "已完成", "12%")),
    )


def line(number: int) -> str:
    """Return the form as one line of a .jsonl file."""
    return json.dumps(record(number), ensure_ascii=False) + "\n"


def write_lines(path: Path, count: int) -> None:
    """Write so many forms, one a line."""
    with path.open("w", encoding="utf-8") as out:
        out.writelines(line(number) for number in range(count))


def write_files(folder: Path, count: int) -> None:
    """Write so many files into folders by unit, every other one Word and Excel."""
    for number in range(count):
        made = record(number)
        home = folder / made["department"]
        home.mkdir(parents=True, exist_ok=True)
        target = home / f"附件{number}.{'xlsx' if number % 2 else 'docx'}"
        target.write_bytes(_as_xlsx(made) if number % 2 else _as_docx(made))


def _cells(made: dict[str, Any]) -> list[list[str]]:
    fund = made["funding"][0]
    return [
        ["项目名称", made["project"]],
        ["主管部门", made["department"], "实施单位", made["unit"]],
        ["项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["", fund["label"], *(fund[name] for name in ("initial_budget", "full_year_budget", "executed", "weight", "rate", "score"))],
        ["年度总体目标", "预期目标", "", "", "实际完成情况"],
        ["", made["goal"], "", "", made["outcome"]],
        list(_COLUMNS),
        *([row[name] or "" for name in _FIELDS] for row in made["indicators"]),
        ["总分", "", "", "", "", made["total_weight"], made["total_score"], ""],
    ]  # fmt: skip


def _as_docx(made: dict[str, Any]) -> bytes:
    document = docx.Document()
    document.add_paragraph(f"项目支出绩效自评表（{YEAR}年度）")
    cells = _cells(made)
    table = document.add_table(len(cells), len(_COLUMNS))
    for row, values in zip(table._tbl.tr_lst, cells, strict=True):  # a table's own cells cost the square of its size
        for cell, value in zip(row.tc_lst, values, strict=False):
            cell.p_lst[0].add_r().text = value
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _as_xlsx(made: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("自评表")
        sheet.write_string(0, 0, f"项目支出绩效自评表（{YEAR}年度）")
        for at, values in enumerate(_cells(made), 2):
            for col, value in enumerate(values):
                sheet.write_string(at, col, value)
    return out.getvalue()
