"""Where the text goes: the endpoint's address, whether it leaves the unit's own network, and the line that says so."""

import ipaddress
import re
from urllib.parse import urlsplit

from fuhe.errors import SettingsError
from fuhe.records import Frozen
from fuhe.settings import ModelSettings

OPENAI_URL = "https://api.openai.com/v1"
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+(%\w+)?")
_OWN_ENDINGS = (".localhost", ".local", ".internal")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_TODO = "请写成 http://主机:端口/v1 的样子"


class Endpoint(Frozen):
    """One server; `url` carries no key, `provider` is set when LangChain's own package for a vendor is used."""

    url: str
    host: str
    public: bool
    provider: str = ""

    @property
    def encrypted(self) -> bool:
        """Whether the connection is encrypted."""
        return bool(self.provider) or self.url.startswith("https:")


def endpoint(settings: ModelSettings) -> Endpoint:
    """Return where requests go; raises SettingsError for an address that cannot be, or a public one not allowed."""
    if not settings.name:
        raise SettingsError("没有写模型名称", where="[model] name", todo="请写服务方给出的模型名称，如 qwen3-32b")
    found = _chosen(settings)
    if found.public and not settings.allow_public:
        raise SettingsError(
            f"{found.url} 在公网上，表内文字会发到本单位网络之外",
            where="[model] base_url",
            todo="确认可以外发后写上 allow_public = true，或改用内网的模型服务，或加 --no-llm",
        )
    return found


def _chosen(settings: ModelSettings) -> Endpoint:
    provider, _, rest = settings.name.partition(":")
    if settings.base_url:
        return parse(settings.base_url)
    if not rest:
        raise SettingsError("没有写模型服务的网址", where="[model] base_url", todo=_TODO)
    if provider == "openai":
        return parse(OPENAI_URL)
    return Endpoint(url=f"{provider} 的服务", host=provider, public=True, provider=provider)


def parse(address: str) -> Endpoint:
    """Read a base URL, forgiving a trailing slash or `/chat/completions`; raises SettingsError when it is none."""
    try:
        parts = urlsplit(address.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise _wrong("网址不对") from error
    if parts.username is not None or parts.query or parts.fragment:
        raise _wrong("网址里不能带账号、密码、问号或井号")
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        raise _wrong("网址不对")
    path = parts.path.rstrip("/").removesuffix("/chat/completions").rstrip("/")
    shown = f"[{host}]" if ":" in host else host
    url = f"{parts.scheme}://{shown}{f':{port}' if port else ''}{path}"
    return Endpoint(url=url, host=host, public=is_public(host))


def _wrong(what: str) -> SettingsError:
    return SettingsError(what, where="[model] base_url", todo=_TODO)


def is_public(host: str) -> bool:
    """Tell by the name alone, asking no name server; a name with dots counts as public."""
    try:
        return not _own_address(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    if not host.isascii() or _NUMBER.fullmatch(host.rpartition(".")[2]):
        return True  # 134744072 and 8.8.2056 are addresses, too
    return "." in host and not host.endswith(_OWN_ENDINGS)


def _own_address(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_private or address.is_loopback or address.is_link_local


def statement(found: Endpoint, name: str) -> str:
    """Return the line that says where text goes, to be printed before the first request of a run."""
    place = "公网" if found.public else "本机" if _loopback(found.host) else "内网"
    warning = "" if found.encrypted or not found.public else "，连接未加密"
    return f"表内有关文字将发往大模型 {name}：{found.url}（{place}{warning}）。"


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
