"""复核: check and draft China's 项目支出绩效自评表.

from fuhe import check, read

for file in read("自评表.docx"):
    for form in file.forms:
        for finding in check(form):
            print(finding.severity, finding.code, finding.message)

from fuhe import draft, opinion, points

for point in points(form):
    print(point.rank, point.headline, point.says, point.ask)

for cell in draft(form):
    print(cell.field, cell.text)
print(opinion(form).text)
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fuhe.pipeline import check, draft, opinion, plan, points, read, rescore

__version__ = "0.3.0"
__all__ = ["check", "draft", "opinion", "plan", "points", "read", "rescore"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(importlib.import_module("fuhe.pipeline"), name)
    raise AttributeError(f"module 'fuhe' has no attribute {name!r}")
