"""The seam against nine kinds of server and their faults: what it asks, how often, what it says."""

import json
import logging
import re
import shutil
import socket
import ssl
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, SecretStr

import fuhe
from fuhe.errors import (
    FuheError,
    ModelAnswerError,
    ModelBusyError,
    ModelRefusedError,
    ModelSpentError,
    ModelUnreachableError,
    SettingsError,
)
from fuhe.model.asked_once import EndpointModel
from fuhe.model.budget import Requests
from fuhe.model.ledger import Ledger
from fuhe.model.sending import connect
from fuhe.prompts import Message
from fuhe.settings import ModelSettings
from model.stub import ANSWER, KEY, PROFILES, Stub, serving

ASKED: tuple[Message, ...] = (("system", "你起草说明。"), ("user", "项目：{名称} $x ${y} 校舍维修"))
SWITCH = {"openai": "leave", "deepseek": "deepseek", "dashscope": "qwen", "ollama": "ollama", "llamacpp": "llamacpp"}


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str
    done: bool


class Sleeps(list[float]):
    """A clock that only sleeping moves."""

    def sleep(self, seconds: float) -> None:
        self.append(seconds)

    def clock(self) -> float:
        return sum(self)


def model(stub: Stub, ledger: Ledger | None = None, sleeps: Sleeps | None = None, **values: Any) -> EndpointModel:
    settings = ModelSettings(**{"base_url": stub.url, "name": "m", "key": SecretStr(KEY), "timeout": 2, **values})
    sleeps = sleeps if sleeps is not None else Sleeps()
    return connect(settings, ledger, clock=sleeps.clock, sleep=sleeps.sleep)


@pytest.mark.parametrize(
    ("profile", "first", "later", "rung"),
    [
        ("openai", 1, 1, "json_schema"),
        ("deepseek", 2, 1, "json_object"),
        ("dashscope", 2, 1, "json_object"),
        ("vllm", 1, 1, "json_schema"),
        ("vllm_no_tools", 1, 1, "json_schema"),
        ("ollama", 1, 1, "json_schema"),
        ("llamacpp", 1, 1, "json_schema"),
        ("old_gateway", 4, 1, "plain"),
        ("silent", 2, 2, "json_object"),
    ],
)
def test_requests_each_kind_of_server_takes(profile: str, first: int, later: int, rung: str) -> None:
    with serving(profile) as stub:
        asked = model(stub, thinking=SWITCH.get(profile, "auto"))
        reply = asked.ask(ASKED, Answer)
        assert (stub.count, reply.tries, reply.rung, reply.value.model_dump()) == (first, first, rung, ANSWER)
        assert not reply.reasoned
        asked.ask(ASKED, Answer)
        assert stub.count == first + later


@pytest.mark.parametrize("profile", PROFILES)
def test_no_kind_of_server_costs_more_than_six(profile: str) -> None:
    with serving(profile) as stub:
        assert model(stub).ask(ASKED, Answer).value.model_dump() == ANSWER
        assert stub.count <= 6


def test_schema_and_the_word_json_go_with_every_rung() -> None:
    with serving("old_gateway") as stub:
        model(stub).ask(ASKED, Answer)
        assert stub.formats == ["json_schema", "json_object", "plain", "plain"]
        assert all("json" in body["messages"][-1]["content"] for body in stub.bodies)
        assert all('"required":["text","done"]' in body["messages"][-1]["content"] for body in stub.bodies)


def test_form_text_is_sent_as_it_is() -> None:
    with serving() as stub:
        model(stub).ask((("user", "{a} {{b}} $c ${d} \ud800"),), Answer)
        assert stub.bodies[0]["messages"][0]["content"].startswith("{a} {{b}} $c ${d} ?\n")
        assert not stub.bodies[0].get("stream")


def test_thinking_field_is_dropped_when_unknown() -> None:
    with serving("openai") as stub:
        asked = model(stub, thinking="vllm")
        asked.ask(ASKED, Answer)
        assert ["chat_template_kwargs" in body for body in stub.bodies] == [True, False]
        assert asked.line.habits.rung == 0


def test_thinking_all_the_same_is_reported() -> None:
    with serving("ollama") as stub:
        assert model(stub, thinking="leave").ask(ASKED, Answer).reasoned


@pytest.mark.parametrize(
    ("fault", "formats"),
    [
        ("fenced", ["json_schema"]),
        ("english", ["json_schema"]),  # a matter for the guard
        ("prose", ["json_schema", "json_object"]),
        ("blanks", ["json_schema", "json_object"]),
        ("nothing", ["json_schema", "json_object"]),
        ("half", ["json_schema", "json_object"]),
        ("cut", ["json_schema", "json_object"]),
        ("wrong_schema", ["json_schema", "json_object"]),
        ("500", ["json_schema", "json_schema"]),
        ("503", ["json_schema", "json_schema"]),
        ("drop", ["json_schema", "json_schema"]),
        ("429", ["json_schema", "json_schema"]),
        ("overflow", ["json_schema", "json_schema"]),  # once more without max_tokens
    ],
)
def test_one_fault_is_survived_and_not_remembered(fault: str, formats: list[str]) -> None:
    with serving("vllm_no_tools", fault) as stub:
        asked = model(stub)
        asked.ask(ASKED, Answer)
        assert stub.formats == formats
        assert asked.line.habits.rung == 0


@pytest.mark.parametrize("fault", ["prose", "blanks", "nothing", "half", "cut", "wrong_schema", "silent"])
def test_nothing_usable_ends_after_three(fault: str) -> None:
    with serving("vllm_no_tools", fault if fault != "silent" else "prose", stuck=True) as stub:
        with pytest.raises(ModelAnswerError, match="连续 3 次没有给出可用的回复"):
            model(stub).ask(ASKED, Answer)
        assert stub.formats == ["json_schema", "json_object", "plain"]


@pytest.mark.parametrize(
    ("fault", "kind", "words", "count"),
    [
        ("401", ModelRefusedError, "密钥不被接受（401）", 1),
        ("402", ModelRefusedError, "余额或额度不足", 1),
        ("403", ModelRefusedError, "没有使用权限", 1),
        ("404", ModelRefusedError, "网址不对（404）", 1),
        ("404_model", ModelRefusedError, "没有模型“m”", 1),
        ("no_model_400", ModelRefusedError, "没有模型“m”", 1),
        ("redirect", ModelRefusedError, "网址不对（307）", 1),
        ("429", ModelBusyError, "请求过多", 6),
        ("429_quota", ModelRefusedError, "余额或额度不足", 1),
        ("500", ModelUnreachableError, "服务出错（500）：", 2),
        ("503", ModelUnreachableError, "服务出错（503）：", 2),
        ("drop", ModelUnreachableError, "连接中断", 2),
        ("page", ModelUnreachableError, "不是 OpenAI 兼容格式", 1),
        ("broken_json", ModelUnreachableError, "不是 OpenAI 兼容格式", 1),
        ("no_choices", ModelUnreachableError, "不是 OpenAI 兼容格式", 1),
        ("null_choices", ModelUnreachableError, "不是 OpenAI 兼容格式", 1),
        ("error_200", ModelUnreachableError, "bad key", 1),
        ("overflow", ModelAnswerError, "上下文长度", 2),
        ("inspected", ModelAnswerError, "内容审核", 1),
        ("filtered", ModelAnswerError, "内容审核", 1),
        ("refusal", ModelAnswerError, "内容审核", 1),
        ("odd_400", ModelAnswerError, "请求不被接受（400）：", 1),
    ],
)
def test_lasting_fault_says_what_and_what_to_do(
    fault: str, kind: type[FuheError], words: str, count: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with serving("vllm_no_tools", fault, stuck=True) as stub:
        asked = model(stub)
        with pytest.raises(kind) as caught:
            asked.ask(ASKED, Answer)
        assert words in str(caught.value)
        assert stub.count == count
        assert asked.line.habits.rung == 0
    shown = f"{caught.value} {caught.value!r} {asked!r} {vars(asked)!r} {asked.line!r} {caplog.text}"
    assert KEY not in shown


def test_stalled_server_is_asked_once_more() -> None:
    with serving("vllm_no_tools", "stall", stuck=True) as stub:
        with pytest.raises(ModelUnreachableError, match=r"0\.2 秒内没有答复"):
            model(stub, timeout=0.2).ask(ASKED, Answer)
        assert stub.count == 2


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(("scheme", "words"), [("http", "连接不上"), ("https", "连接不上")])
def test_closed_port_is_named(scheme: str, words: str) -> None:
    settings = ModelSettings(base_url=f"{scheme}://127.0.0.1:{closed_port()}/v1", name="m")
    with pytest.raises(ModelUnreachableError, match=words):
        connect(settings).ask(ASKED, Answer)


def test_https_to_a_plain_server_is_named() -> None:
    with serving() as stub, pytest.raises(ModelUnreachableError, match="加密连接没有建立"):
        model(stub, base_url=stub.url.replace("http:", "https:")).ask(ASKED, Answer)


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_certificate_of_ones_own_is_taken_from_ssl_cert_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=fuhe",
    ]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(cert, key)
    with serving(tls=tls) as stub:
        with pytest.raises(ModelUnreachableError, match="证书不被信任"):
            model(stub).ask(ASKED, Answer)
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        assert model(stub).ask(ASKED, Answer).tries == 1


def test_own_server_is_reached_past_a_dead_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "OPENAI_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    with serving() as stub:
        model(stub).ask(ASKED, Answer)


def test_dead_proxy_before_a_public_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port()}")
    settings = ModelSettings(base_url="https://model.example.com/v1", name="m", allow_public=True)
    with pytest.raises(ModelUnreachableError, match="代理"):
        connect(settings).ask(ASKED, Answer)


def test_socks_proxy_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    with pytest.raises(SettingsError, match="代理设置不能用"):
        connect(ModelSettings(base_url="https://model.example.com/v1", name="m", allow_public=True))


def test_tracing_and_gateway_variables_send_nothing_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"LANGSMITH_TRACING": "true", "LANGCHAIN_TRACING_V2": "true", "LANGSMITH_API_KEY": "x"}
    with serving() as stub, serving() as spy:
        for name, value in {**values, "LANGSMITH_ENDPOINT": spy.url, "LANGSMITH_GATEWAY": spy.url}.items():
            monkeypatch.setenv(name, value)
        model(stub).ask(ASKED, Answer)
        assert (stub.count, spy.count) == (1, 0)


def test_retry_after_holds_back_everybody() -> None:
    sleeps = Sleeps()
    with serving("vllm_no_tools", "429_after", "429") as stub:
        model(stub, sleeps=sleeps).ask(ASKED, Answer)
        assert (sleeps, stub.count) == ([7.0, 2.0], 3)


def test_both_rounds_share_one_budget() -> None:
    requests = Requests()
    with serving("vllm_no_tools", "429", "500", "429", "429") as stub:
        asked = model(stub)
        asked.ask(ASKED, Answer, requests=requests)
        asked.ask(ASKED, Answer, requests=requests)
        assert (stub.count, requests.left) == (6, 0)
        with pytest.raises(ModelSpentError, match="已请求 6 次"):
            asked.ask(ASKED, Answer, requests=requests)


def test_refusing_server_is_asked_once_a_run() -> None:
    with serving("vllm_no_tools", "401", stuck=True) as stub:
        asked = model(stub)
        for _ in range(3):
            with pytest.raises(ModelRefusedError):
                asked.ask(ASKED, Answer)
        assert stub.count == 1


def test_failing_server_is_given_up_after_two_forms() -> None:
    with serving("vllm_no_tools", "500", stuck=True) as stub:
        asked = model(stub)
        for _ in range(4):
            with pytest.raises(ModelUnreachableError):
                asked.ask(ASKED, Answer)
        assert stub.count == 4


def test_token_budget_stops_asking_and_is_told() -> None:
    with serving() as stub:
        asked = model(stub, token_budget=200)
        asked.ask(ASKED, Answer)
        asked.ask(ASKED, Answer)
        with pytest.raises(ModelSpentError, match="已达上限（200 tokens）"):
            asked.ask(ASKED, Answer)
        assert (stub.count, str(asked.tokens)) == (2, "大模型用量 240 tokens，上限 200")


def test_unknown_usage_is_none_and_estimated() -> None:
    with serving("silent") as stub:
        asked = model(stub)
        reply = asked.ask(ASKED, Answer)
        assert (reply.tokens_in, reply.tokens_out) == (None, None)
        assert str(asked.tokens).startswith("大模型用量 约 ")


def test_ledger_answers_the_second_run(tmp_path: Path) -> None:
    with serving() as stub:
        for _ in range(2):
            ledger = Ledger(tmp_path / "台账.sqlite")
            reply = model(stub, ledger).ask(ASKED, Answer, "k", prompt="probe@1#abc")
            reply.keep()
            ledger.close()
        assert (stub.count, reply.tries, reply.tokens_in) == (1, 0, 100)


def test_ledger_keeps_form_text_only_when_told(tmp_path: Path) -> None:
    with serving() as stub:
        ledger = Ledger(tmp_path / "台账.sqlite")
        model(stub, ledger).ask(ASKED, Answer, "no").keep()
        model(stub, ledger, keep_text=True).ask(ASKED, Answer, "yes").keep()
        kept = [ledger.get(key) for key in ("no", "yes")]
        ledger.close()
    assert [entry.asked for entry in kept if entry] == [None, "你起草说明。\n\n项目：{名称} $x ${y} 校舍维修"]
    assert KEY.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_threads_share_the_gate_and_the_answers() -> None:
    with serving() as stub, ThreadPoolExecutor(8) as pool:
        stub.latency = 0.02
        asked = model(stub, concurrency=2)
        replies = list(pool.map(lambda _: asked.ask(ASKED, Answer), range(12)))
        assert (len(replies), stub.count, stub.busiest) == (12, 12, 2)


@pytest.mark.parametrize("key", ["sk-密钥", "sk-a b", "sk-a\nb"])
def test_key_no_header_can_carry_is_refused_unseen(key: str) -> None:
    with pytest.raises(SettingsError, match="密钥里有") as caught:
        connect(ModelSettings(base_url="http://127.0.0.1/v1", name="m", key=SecretStr(key)))
    assert key not in str(caught.value)


def test_key_goes_only_into_the_header() -> None:
    with serving() as stub:
        model(stub).ask(ASKED, Answer)
        assert stub.headers[0]["authorization"] == f"Bearer {KEY}"
        assert KEY not in json.dumps(stub.bodies)


@pytest.mark.parametrize(
    ("name", "words"),
    [("anthropic:claude", "pip install langchain-anthropic"), ("nobody:x", "不能用 nobody:x 建立连接")],
)
def test_missing_vendor_package_is_one_clear_message(name: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        connect(ModelSettings(name=name, allow_public=True))
    assert words in str(caught.value)


def test_refusals_without_an_answer_teach_nothing() -> None:
    with serving("vllm_no_tools", "empty_400", stuck=True) as stub:
        asked = model(stub)
        before = dict(asked.line.habits.extras)
        with pytest.raises(ModelAnswerError, match="请求不被接受（400）"):
            asked.ask(ASKED, Answer)
        assert (stub.count, asked.line.habits.rung, asked.line.habits.extras) == (4, 0, before)


def test_gateway_that_insists_on_the_switch_gets_it() -> None:
    with serving("dashscope") as stub:
        asked = model(stub, thinking="leave")
        asked.ask(ASKED, Answer)
        assert (stub.count, asked.thinking_switched) == (3, True)


def test_connecting_is_given_less_time_than_answering() -> None:
    with serving() as stub:
        chat = model(stub, timeout=100).line.send.args[1]  # type: ignore[attr-defined]
        assert (chat.root_client.timeout.connect, chat.root_client.timeout.read) == (10, 100)


def test_only_the_seam_knows_the_libraries() -> None:
    package = Path(fuhe.__file__).parent
    pattern = re.compile(r"^\s*(?:from|import) (?:openai|langchain|langsmith|httpx)", re.MULTILINE)
    users = [path.name for path in package.rglob("*.py") if pattern.search(path.read_text("utf-8"))]
    assert sorted(users) == ["bounded_reply.py", "sending.py"]


def test_seam_costs_no_import_until_it_connects() -> None:
    code = (
        "import sys, fuhe.model.sending; print([m for m in ('openai', 'langchain_core', 'httpx2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"
