"""The trail in words: who did what when, on the page and as a file."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from sqlalchemy import Connection, select

from fuhe.findings import SEVERITY_LABELS, STATE_LABELS
from fuhe.outputs.listing import inert
from fuhe.rules import title_of
from fuhe.store import schema
from fuhe.store.decisions import note
from fuhe.store.rows import fetch, select_of
from fuhe.store.scored_rows import SCORE, SCORE_UNDO
from fuhe.web.access.admission import At, Person, allowed
from fuhe.web.pages.export_pages import disposition
from fuhe.web.roles import ROLE_LABELS
from fuhe.web.work.score_words import decision_in_words
from fuhe.web.work.state_words import STAGES
from fuhe.worksheets import RowDecision

router = APIRouter(include_in_schema=False)
ACTIONS = {
    "sign-in": "登录",
    "sign-in-refused": "登录未成功",
    "sign-out": "退出",
    "password": "设置密码",
    "account-add": "增加账号",
    "account-change": "修改账号",
    "account-reset": "重发设置密码的链接",
    "token-add": "生成接口令牌",
    "token-end": "停用接口令牌",
    "settings": "修改设置",
    "rule-switch": "开关规则",
    "rule-level": "调整规则级别",
    "due": "设定办结日期",
    "upload": "放入文件",
    "recheck": "重新检查",
    "columns": "指明栏目含义",
    "cells": "对照原件更正读数",
    "put-away": "收起没有读成的文件",
    "resubmit": "重新报送",
    "decide": "处理问题",
    "point": "处理要点",
    "bulk": "批量处理",
    "bulk-point": "批量处理要点",
    "bulk-list": "批量列入意见",
    "bulk-points": "批量处理要点",
    "bulk-undo": "撤销批量列入",
    "undo": "撤销",
    "fill": "改到表里",
    "fill-cell": "改到表里",
    "unfill": "撤销改动",
    "remark": "另加意见",
    "remark-drop": "删去另加的意见",
    "doubts": "核对没有认准的格",
    "take-over": "接手",
    "assign": "分派",
    "stage": "退回、办结、送科长",
    "version-stand": "换一份为准",
    "version-delete": "删除一份",
    "version-merge": "合并为新的一版",
    "version-remove": "移除表",
    "version-restore": "恢复表",
    "version-settle": "确认哪一份为准",
    "score": "复核打分",
    "score-undo": "撤销打分",
    "standard": "选定评分口径",
    "draft": "重新起草",
    "export": "导出",
    "audit": "导出审计记录",
}
HEADS = ("编号", "时间", "人员", "操作", "表", "问题", "之前", "之后")


@dataclass(frozen=True)
class TrailLine:
    """One line of the trail."""

    id: int
    at: str
    by: str
    action: str
    form: str
    finding: str
    before: str
    after: str

    def values(self) -> list[str | int]:
        """Return the columns in the order of HEADS."""
        return [self.id, self.at, self.by, self.action, self.form, self.finding, self.before, self.after]


_NAMES = {
    "state": "", "stage": "", "reason": "理由：", "text": "文字：", "field": "格：", "by": "", "at": "", "name": "", "role": "角色：",
    "unit": "单位：", "active": "可登录：", "forms": "表：", "findings": "问题：", "points": "要点：", "address": "来自：", "severity": "级别：",
    "model_url": "模型地址：", "model_name": "模型：", "offline": "禁止外联：", "heading": "落款单位：", "author": "批注作者：",
    "keys": "快捷键：", "policy": "规则包：", "person": "姓名：", "rules_off": "停用的规则：", "severities": "级别：",
}  # fmt: skip
_TRUTHS = {True: "是", False: "否", None: "无"}
_VALUES: dict[str, str] = {"on": "启用", "off": "停用", "": "（空）"}
_VALUES.update((*STATE_LABELS.items(), *STAGES.items(), *SEVERITY_LABELS.items(), *ROLE_LABELS.items()))


def in_words(kept: str | None) -> str:
    """Return what a line of the trail keeps as plain words: no names of a program's fields or states."""
    if kept is None:
        return ""
    try:
        return _words_of(json.loads(kept))
    except ValueError:
        return kept


def _words_of(value: object) -> str:
    if isinstance(value, dict):
        told = (f"{_NAMES.get(name, '')}{_words_of(each)}" for name, each in value.items())
        return "；".join(dict.fromkeys(told))  # of a point: what its findings have in common is said once
    if isinstance(value, list):
        return "、".join(_words_of(each) for each in value)
    if value is None or isinstance(value, bool):
        return _TRUTHS[value]
    return _VALUES.get(str(value), str(value))


class _TrailRow(NamedTuple):
    """A line of the trail as it is kept, with the form and the finding it tells of where they are still there."""

    id: int
    at: str
    by: str
    action: str
    form_id: int | None
    fingerprint: str | None
    before: str | None
    after: str | None
    project: str | None
    code: str | None
    title: str | None


def trail(connection: Connection, last: int | None = None) -> Sequence[TrailLine]:
    """Return the trail, newest first; with `last` no more lines than that."""
    audit, form, finding = schema.audit, schema.form, schema.finding
    about = (finding.c.form_id == audit.c.form_id) & (finding.c.fingerprint == audit.c.fingerprint)
    query = select_of(_TrailRow, audit, form, finding).select_from(
        audit.outerjoin(form, form.c.id == audit.c.form_id).outerjoin(finding, about)
    )
    rows = fetch(connection, _TrailRow, query.order_by(audit.c.id.desc()).limit(last))
    found = schema.batch_finding.c
    across = dict(connection.execute(select(found.fingerprint, found.code)).all())
    return [
        TrailLine(row.id, row.at, row.by, ACTIONS.get(row.action, row.action), row.project or "", *_told(row, across))
        for row in rows
    ]


def _told(row: _TrailRow, across: Mapping[str, str]) -> tuple[str, str, str]:
    """Return what a step was on, what stood before and after; of a scored row its name and the score."""
    if row.action in (SCORE, SCORE_UNDO):
        sides = [RowDecision.model_validate_json(side) if side else None for side in (row.before, row.after)]
        before, after = (decision_in_words(side) if side else "" for side in sides)
        return next((side.name for side in sides if side), ""), before, after
    return _finding(row, across), in_words(row.before), in_words(row.after)


def _finding(row: _TrailRow, across: Mapping[str, str]) -> str:
    """Name a finding by its rule; what showed `across` several forms is gone once they are compared anew without it."""
    if row.code:
        return f"{row.code} {row.title}"
    if row.form_id is None or row.fingerprint is None:
        return row.fingerprint or ""  # of a step on a rule, the rule's code
    code = across.get(row.fingerprint)
    return f"{code} {title_of(code)}" if code else "已不再检出的问题"


@router.get("/audit.csv")
def export(desk: At, person: Annotated[Person, Depends(allowed("audit"))]) -> Response:
    """Hand out the whole trail for a spreadsheet."""
    with desk.store.writing() as connection:
        note(connection, "audit", by=person.name, at=desk.now())
        lines = trail(connection)
    return Response("".join(_written(lines)), media_type="text/csv; charset=utf-8", headers=disposition("审计记录.csv"))


def _written(lines: Sequence[TrailLine]) -> Iterator[str]:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADS)
    writer.writerows([inert(value) for value in line.values()] for line in lines)
    yield "\ufeff"
    yield out.getvalue()
