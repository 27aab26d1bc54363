"""Where text goes: told by the name alone, public only when allowed, and how thinking is switched off there."""

import pytest

from fuhe.errors import SettingsError
from fuhe.model.address import Endpoint, endpoint, is_public, parse, statement
from fuhe.model.thinking import guess
from fuhe.settings import ModelSettings


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "127.8.8.8",
        "::1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.1.1",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "gpu-server",
        "模型.local",
        "box.local",
        "a.localhost",
        "host.docker.internal",
    ],
)
def test_own_hosts_need_no_permission(host: str) -> None:
    assert is_public(host) is (not host.isascii())


@pytest.mark.parametrize(
    "host",
    [
        "api.deepseek.com",
        "8.8.8.8",
        "::ffff:8.8.8.8",
        "2001:4860::8888",
        "134744072",
        "0x08080808",
        "8.8.2056",
        "8.0x80808",
        "010.8.8.8",
        "127.0.0.1.nip.io",
        "local.com",
        "internal",
        "model.gov.cn",
        "服务",
        "１３４７４４０７２",
    ],
)
def test_public_hosts_need_permission(host: str) -> None:
    assert is_public(host) is (host != "internal")


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("http://localhost:8000/v1/", "http://localhost:8000/v1"),
        (" https://API.deepseek.com ", "https://api.deepseek.com"),
        ("http://gpu:8000/v1/chat/completions", "http://gpu:8000/v1"),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1"),
        ("http://localhost./v1", "http://localhost/v1"),
    ],
)
def test_address_is_forgiven_small_slips(address: str, url: str) -> None:
    assert parse(address).url == url


@pytest.mark.parametrize(
    "address",
    [
        "",
        "localhost:8000",
        "ftp://a/v1",
        "http：//a/v1",
        "http:///v1",
        "http://a:99999/v1",
        "http://user:secret@a/v1",
        "http://a/v1?key=secret",
        "http://evil。com/v1",
        "http://evil%2Ecom/v1",
        "http://127.0.0.1\\@evil.com/v1",
        "http://a b/v1",
        "http://[::1",
    ],
)
def test_address_that_cannot_be_is_refused_unseen(address: str) -> None:
    with pytest.raises(SettingsError, match="网址") as caught:
        parse(address)
    assert "secret" not in str(caught.value)


def test_public_endpoint_waits_for_permission() -> None:
    settings = ModelSettings(base_url="https://api.deepseek.com", name="deepseek-chat")
    with pytest.raises(SettingsError, match="allow_public = true"):
        endpoint(settings)
    assert endpoint(settings.model_copy(update={"allow_public": True})).public


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"base_url": "http://gpu/v1"}, "没有写模型名称"),
        ({"name": "qwen3"}, "没有写模型服务的网址"),
        ({"name": "anthropic:claude"}, "anthropic 的服务 在公网上"),
        ({"name": "openai:gpt-5"}, "https://api.openai.com/v1 在公网上"),
    ],
)
def test_missing_half_of_the_settings_is_named(values: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        endpoint(ModelSettings(**values))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://127.0.0.1:8000/v1", "（本机）"),
        ("http://10.0.0.8/v1", "（内网）"),
        ("https://api.deepseek.com", "（公网）"),
        ("http://api.example.com/v1", "（公网，连接未加密）"),
    ],
)
def test_statement_says_where_text_goes(address: str, words: str) -> None:
    assert statement(parse(address), "m").endswith(f"{parse(address).url}{words}。")


@pytest.mark.parametrize(
    ("address", "name", "vendor"),
    [
        ("https://api.deepseek.com", "deepseek-chat", "deepseek"),
        ("https://dashscope.aliyuncs.com/compatible-mode/v1", "deepseek-v3", "qwen"),
        ("https://api.openai.com/v1", "gpt-5", "leave"),
        ("http://127.0.0.1:11434/v1", "qwen3:8b", "ollama"),
        ("http://10.0.0.8:8000/v1", "Qwen3-32B", "vllm"),
        ("https://llm.example.gov.cn/v1", "Qwen/Qwen3-32B", "qwen"),
        ("https://llm.example.gov.cn/v1", "someone", "leave"),
        ("https://notdeepseek.com/v1", "someone", "leave"),
    ],
)
def test_vendor_is_told_by_address_then_name(address: str, name: str, vendor: str) -> None:
    assert guess(parse(address), name) == vendor


def test_vendor_of_langchain_gets_no_switch() -> None:
    assert guess(Endpoint(url="x", host="anthropic", public=True, provider="anthropic"), "qwen") == "leave"
