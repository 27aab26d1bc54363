"""How each vendor is told not to think before it answers, and which vendor an endpoint looks like."""

from typing import Any
from urllib.parse import urlsplit

from fuhe.model.address import Endpoint
from fuhe.settings import Thinking

SWITCHES: dict[Thinking, dict[str, Any]] = {
    "leave": {},
    "deepseek": {"thinking": {"type": "disabled"}},
    "qwen": {"enable_thinking": False},
    "vllm": {"chat_template_kwargs": {"enable_thinking": False, "thinking": False}},
    "llamacpp": {"chat_template_kwargs": {"enable_thinking": False}},
    "ollama": {"reasoning_effort": "none"},
}
FIELDS = frozenset(field for fields in SWITCHES.values() for field in fields)
_OLLAMA_PORT = 11434
_HOSTS: tuple[tuple[str, Thinking], ...] = (
    ("openai.com", "leave"),
    ("deepseek.com", "deepseek"),
    ("volces.com", "deepseek"),
    ("bigmodel.cn", "deepseek"),
    ("moonshot.cn", "deepseek"),
    ("aliyuncs.com", "qwen"),
    ("siliconflow.cn", "qwen"),
)
_NAMES: tuple[tuple[str, Thinking], ...] = (
    ("qwen", "qwen"),
    ("qwq", "qwen"),
    ("deepseek", "deepseek"),
    ("glm", "deepseek"),
    ("doubao", "deepseek"),
    ("kimi", "deepseek"),
)


def switch(setting: Thinking, found: Endpoint, name: str) -> dict[str, Any]:
    """Return the fields of the request that turn thinking off; empty where nothing is to be sent."""
    return dict(SWITCHES[guess(found, name) if setting == "auto" else setting])


def guess(found: Endpoint, name: str) -> Thinking:
    """Name the vendor by host, then port, then the model's name; a server of one's own is taken for vLLM."""
    for host, vendor in _HOSTS:
        if found.host == host or found.host.endswith(f".{host}"):
            return vendor
    if found.provider:
        return "leave"
    if urlsplit(found.url).port == _OLLAMA_PORT:
        return "ollama"
    if not found.public:
        return "vllm"
    short = name.lower().rpartition("/")[2]
    return next((vendor for start, vendor in _NAMES if short.startswith(start)), "leave")
