"""fuhe draft: 偏差原因及改进措施 for every row that needs it."""

from fuhe.cli import drafted

command = drafted.verb(
    "draft",
    "reason",
    "为需要说明的指标起草偏差原因及改进措施。只写表内能算出来的事实，单位才知道的留作【待补充】。",
    "text",
    "json",
    "docx",
)
