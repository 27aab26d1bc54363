"""What a failed request means: ask differently, wait, try once more, or give up with words a person can act on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from fuhe.errors import ModelAnswerError, ModelBusyError, ModelError, ModelRefusedError, ModelUnreachableError

Verdict = Literal["format", "field", "switch", "overflow", "busy", "again", "stop"]

INCOMPATIBLE, TIMEOUT, NO_CONNECTION, DROPPED, TOO_LARGE = -1, -2, -3, -4, -5

QWEN_SWITCH = "enable_thinking"
_OVERFLOW = (
    "context length",
    "context_length",
    "context window",
    "context size",
    "maximum context",
    "max_model_len",
    "too long",
    "too many tokens",
    "input length",
    "input tokens exceed",
    "上下文",
    "超长",
)
_FILTERED = ("data_inspection", "content_filter", "inappropriate", "content management", "内容安全", "敏感")
_FORMAT = ("response_format", "json_schema", "json_object", "json mode", "schema", "grammar", "structured", "guided")
_FIELD = (
    "unknown",
    "unrecognized",
    "unsupported",
    "not supported",
    "not permitted",
    "extra ",
    "parameter",
    "参数",
    "不支持",
)
_QUOTA = ("insufficient_quota", "insufficient balance", "quota exceeded", "arrearage", "余额", "欠费")
_NO_MODEL = ("model_not_found", "model not exist", "model not found", "不存在")
_BAD_FORM = (400, 422)
_AGAIN = (408, 409, TIMEOUT, DROPPED)


@dataclass(frozen=True)
class Fault:
    """One request that brought no answer: the HTTP status or one of the five codes above, and what was said.

    `causes` are the class names of the exceptions behind it, outermost first; `text` holds no key.
    """

    status: int
    text: str = ""
    causes: tuple[str, ...] = ()
    retry_after: float | None = None

    def says(self, words: Iterable[str]) -> bool:
        """Whether the text has one of the words."""
        text = self.text.lower()
        return any(word in text for word in words)


def verdict(fault: Fault, fields: Iterable[str]) -> Verdict:
    """Decide what to do; `fields` are the optional fields the request carried."""
    if fault.status in _BAD_FORM:
        return _of_bad_form(fault, fields)
    if fault.status == 413:
        return "overflow"
    if fault.status == 429:
        return "stop" if fault.says(_QUOTA) else "busy"
    return "again" if fault.status in _AGAIN or fault.status >= 500 else "stop"


def _of_bad_form(fault: Fault, fields: Iterable[str]) -> Verdict:
    if fault.says(_OVERFLOW):
        return "overflow"
    if fault.says(_FILTERED) or _lacks_model(fault):
        return "stop"
    if named(fault, fields):
        return "field"
    if fault.says([QWEN_SWITCH]):  # a gateway before 百炼: it insists on the switch when replies are not streamed
        return "switch"
    opaque = not any(letter.isalpha() for letter in fault.text) or fault.text.lstrip().startswith("<")
    return "format" if opaque or fault.says(_FORMAT) or fault.says(_FIELD) else "stop"


def named(fault: Fault, fields: Iterable[str]) -> list[str]:
    """Return the fields the server names in its complaint."""
    return [field for field in fields if fault.says([field])]


def _lacks_model(fault: Fault) -> bool:
    text = fault.text.lower()
    return fault.says(_NO_MODEL) or ("model" in text and ("does not exist" in text or "not found" in text))


def error(fault: Fault, where: str, name: str, timeout: float, proxied: bool) -> ModelError:
    """Word the fault for the user: what, where, what to do."""
    if fault.status > 0:
        return _of_status(fault, where, name)
    if fault.status == TIMEOUT and "ConnectTimeout" not in fault.causes:
        return ModelUnreachableError(
            f"{timeout:g} 秒内没有答复", where=where, todo="请看服务是否繁忙，或调高 [model] timeout"
        )
    if fault.status == INCOMPATIBLE:
        todo = "请核对 [model] base_url，应为 OpenAI 兼容接口，通常以 /v1 结尾"
        return ModelUnreachableError(f"答复不是 OpenAI 兼容格式{_quoted(fault)}", where=where, todo=todo)
    if fault.status == TOO_LARGE:
        return ModelAnswerError("答复超过 256 KB，没有读完", where=where, todo="本稿改按规则起草")
    if fault.status == DROPPED:
        return ModelUnreachableError("连接中断，没有收到完整答复", where=where, todo="请看服务是否正常，稍后再试")
    what, todo = _of_connection(fault, proxied)
    return ModelUnreachableError(what, where=where, todo=todo)


def _of_connection(fault: Fault, proxied: bool) -> tuple[str, str]:
    text, causes = fault.text.lower(), fault.causes
    if "ProxyError" in causes:
        return "代理不通", "请检查环境变量 HTTPS_PROXY、HTTP_PROXY，或把该主机写进 NO_PROXY"
    if "certificate" in text:
        return "服务器证书不被信任", "单位自签的证书请用环境变量 SSL_CERT_FILE 指明证书文件"
    if any("SSL" in name for name in causes) or "ssl" in text:
        return "加密连接没有建立", "请看网址该用 http 还是 https"
    aside = "；设有代理（HTTPS_PROXY），也请看代理是否可用" if proxied else ""
    if "gaierror" in causes:
        return "找不到这台主机", f"请核对 [model] base_url 里的主机名{aside}"
    return "连接不上", f"请确认服务已启动、网址和端口正确{aside}"


def _of_status(fault: Fault, where: str, name: str) -> ModelError:
    status = fault.status
    if status == 401:
        return ModelRefusedError("密钥不被接受（401）", where=where, todo="请核对 FUHE_MODEL_KEY 或 [model] key")
    if status == 402 or fault.says(_QUOTA):
        return ModelRefusedError(f"账户余额或额度不足（{status}）", where=where, todo="请充值，或换用别的服务")
    if _lacks_model(fault) and status in (400, 403, 404, 422):
        return ModelRefusedError(f"没有模型“{name}”（{status}）", where=where, todo="请核对 [model] name")
    if status == 403:
        return ModelRefusedError("没有使用权限（403）", where=where, todo="请向服务方申请权限，或核对密钥")
    if status in (404, 405) or 300 <= status < 400:
        todo = "请核对 [model] base_url，通常以 /v1 结尾"
        return ModelRefusedError(f"网址不对（{status}）", where=where, todo=todo)
    if status == 429:
        todo = "请稍后再试，或调低 [model] concurrency"
        return ModelBusyError("请求过多，等待后仍被拒绝（429）", where=where, todo=todo)
    if status >= 500 or status in _AGAIN:
        return ModelUnreachableError(
            f"服务出错（{status}）{_quoted(fault)}", where=where, todo="请看服务的日志，稍后再试"
        )
    return _of_form(fault, where)


def _of_form(fault: Fault, where: str) -> ModelError:
    todo = "本稿改按规则起草"
    if fault.status == 413 or fault.says(_OVERFLOW):
        return ModelAnswerError("表内文字超过了模型的上下文长度", where=where, todo=todo)
    if fault.says(_FILTERED):
        return ModelAnswerError("服务方的内容审核没有放行", where=where, todo=todo)
    return ModelAnswerError(f"请求不被接受（{fault.status}）{_quoted(fault)}", where=where, todo=todo)


def _quoted(fault: Fault) -> str:
    """Quote the beginning of what the server said, on one line."""
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in fault.text).split())
    return f"：{text[:120]}" if text and not text.startswith("<") else ""
