"""Files for the tests of intake: a small form as text and as rows, archives, mails."""

import io
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage

FORM = """项目名称	水库巡查
主管部门	县水利局	实施单位	县水库管理站
一级指标	二级指标	三级指标	年度指标值	实际完成值	分值	得分	偏差原因及改进措施
产出指标	数量指标	巡查次数	≥12次	12次	60	60	无
满意度指标	服务对象满意度指标	村民满意度	≥90%	95%	40	40	无
总分					100	100
"""


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    """Return an archive of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)
    return out.getvalue()


def mail(**attached: bytes) -> bytes:
    """Return a mail with attachments."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.invalid", "b@example.invalid", "报送"
    message.set_content("请查收。")
    for name, data in attached.items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()
