"""A loopback server that answers as nine kinds of model server do, and fails on request; it counts what it is asked."""

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]
Said = tuple[int, Body | str, dict[str, str]]
ANSWER = {"text": "资金用于校舍维修", "done": True}
JSON = json.dumps(ANSWER, ensure_ascii=False)
KEY = "sk-very-secret-0123456789"
USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}


def said(content: str | None, *, usage: bool = True, finish: str = "stop", **message: Any) -> Said:
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **message}}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    return 200, body | ({"usage": USAGE} if usage else {}), {}


def refused(status: int, message: str, code: str | None = None, **headers: str) -> Said:
    error = {"message": message, "type": "invalid_request_error", "code": code}
    return status, {"error": error}, {name.replace("_", "-"): value for name, value in headers.items()}


def _format(body: Body) -> str:
    return str(body.get("response_format", {}).get("type", "plain"))


def _text(body: Body) -> str:
    return "\n".join(message["content"] for message in body["messages"])


def openai(body: Body) -> Said:
    known = {"model", "messages", "temperature", "max_tokens", "response_format", "stream", "reasoning_effort"}
    if unknown := set(body) - known:
        return refused(400, f"Unrecognized request argument supplied: {unknown.pop()}")
    return said(JSON)


def deepseek(body: Body) -> Said:
    if _format(body) == "json_schema":
        return refused(400, "This response_format type is unavailable now")
    if _format(body) == "json_object" and "json" not in _text(body):
        return refused(
            400, "Prompt must contain the word 'json' in some form to use 'response_format' of type 'json_object'."
        )
    thinks = body.get("thinking") != {"type": "disabled"}
    return said(JSON, reasoning_content="先想一想") if thinks else said(JSON)


def dashscope(body: Body) -> Said:
    if body.get("enable_thinking") is not False:
        return refused(400, "parameter.enable_thinking must be set to false for non-streaming calls")
    if _format(body) == "json_schema":
        return refused(400, "'response_format.type' json_schema is not supported by this model")
    if _format(body) == "json_object" and "json" not in _text(body):
        return refused(400, "'messages' must contain the word 'json' in some form")
    return said(JSON)


def vllm(body: Body) -> Said:
    return said(None, reasoning=JSON)


def vllm_no_tools(body: Body) -> Said:
    if "tools" in body:
        return refused(400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set')
    return said(JSON)


def ollama(body: Body) -> Said:
    thinks = body.get("reasoning_effort") != "none"
    return said(JSON, reasoning="先想一想") if thinks else said(JSON)


def llamacpp(body: Body) -> Said:
    return said(f"<think>\n\n</think>\n\n{JSON}")


def old_gateway(body: Body) -> Said:
    if "response_format" in body or "chat_template_kwargs" in body:
        return 400, "", {}
    return said(f"好的，结果如下：\n```json\n{JSON}\n```\n请查收。", usage=False)


def silent(body: Body) -> Said:
    """Ignores response_format and says nothing of it; gives JSON only when told what was wrong."""
    return said(JSON if "上一次的回复不能用" in _text(body) else "这是一句说明，没有别的。", usage=False)


PROFILES: dict[str, Callable[[Body], Said]] = {
    profile.__name__: profile
    for profile in (openai, deepseek, dashscope, vllm, vllm_no_tools, ollama, llamacpp, old_gateway, silent)
}

STALL: Said = (0, "stall", {})
DROP: Said = (0, "drop", {})
DRIP: Said = (0, "drip", {})
FAULTS: dict[str, Said] = {
    "prose": said("资金已经按计划使用。"),
    "fenced": said(f"如下：\n```json\n{JSON}\n```"),
    "blanks": said(" \n " * 50),
    "nothing": said(None),
    "half": said(JSON[:-3]),
    "cut": said(JSON[:-3], finish="length"),
    "wrong_schema": said('{"txt": "资金", "done": "也许"}'),
    "english": said('{"text": "The money was used.", "done": true}'),
    "filtered": said("", finish="content_filter"),
    "refusal": said(None, refusal="I cannot"),
    "overflow": refused(400, "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens"),
    "inspected": refused(400, "Input data may contain inappropriate content", "data_inspection_failed"),
    "no_model_400": refused(400, "Model Not Exist"),
    "empty_400": (400, "", {}),
    "odd_400": refused(400, "the moon is in the wrong house"),
    "401": refused(401, f"Incorrect API key provided: {KEY}"),
    "402": refused(402, "Insufficient Balance"),
    "403": refused(403, "forbidden"),
    "404": (404, "<html>404 page not found</html>", {}),
    "404_model": refused(404, "The model `m` does not exist.", "model_not_found"),
    "429": refused(429, "slow down"),
    "429_after": refused(429, "slow down", retry_after="7"),
    "429_quota": refused(429, "You exceeded your current quota", "insufficient_quota"),
    "500": refused(500, f"boom {KEY}"),
    "503": refused(503, "loading model"),
    "redirect": (307, "", {"location": "http://127.0.0.1:9/v1/chat/completions"}),
    "page": (200, "<html>请先登录</html>", {"content-type": "text/html"}),
    "broken_json": (200, '{"choices": [', {}),
    "no_choices": (200, {"choices": []}, {}),
    "null_choices": (200, {"choices": None}, {}),
    "error_200": (200, {"error": {"message": f"bad key {KEY}"}}, {}),
    "stall": STALL,
    "drop": DROP,
    "drip": DRIP,
    "huge": said("资" * 300_000),
}


@dataclass
class Stub:
    """A running server; faults queued in `next` come before the profile's own answer, the last one forever if `stuck`."""

    url: str
    profile: Callable[[Body], Said]
    next: list[Said] = field(default_factory=list)
    stuck: bool = False
    bodies: list[Body] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    free: threading.Event = field(default_factory=threading.Event)
    latency: float = 0.0
    busiest: int = 0
    inside: int = 0

    @property
    def count(self) -> int:
        """How many requests have come."""
        return len(self.bodies)

    @property
    def formats(self) -> list[str]:
        """The response_format of every request."""
        return [_format(body) for body in self.bodies]

    def reply(self, body: Body, headers: dict[str, str]) -> Said:
        with self.lock:
            self.bodies.append(body)
            self.headers.append(headers)
            if self.next:
                return self.next[0] if self.stuck and len(self.next) == 1 else self.next.pop(0)
        return self.profile(body)


@contextmanager
def serving(
    profile: str = "vllm_no_tools", *faults: str, stuck: bool = False, tls: ssl.SSLContext | None = None
) -> Iterator[Stub]:
    """Run a stub until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    stub = Stub(
        f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}/v1",
        PROFILES[profile],
        [FAULTS[name] for name in faults],
        stuck,
    )
    server.stub = stub  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        stub.free.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        stub: Stub = self.server.stub  # type: ignore[attr-defined]
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with stub.lock:
            stub.inside += 1
            stub.busiest = max(stub.busiest, stub.inside)
        time.sleep(stub.latency)
        reply = stub.reply(body, {name.lower(): value for name, value in self.headers.items()})
        with stub.lock:
            stub.inside -= 1
        self._answer(stub, *reply)

    def _answer(self, stub: Stub, status: int, body: Body | str, headers: dict[str, str]) -> None:
        self.close_connection = True
        if status == 0:
            if body == "stall":
                stub.free.wait(5)
            elif body == "drip":
                self._drip(stub)
            return
        data = (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", "connection": "close", **headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _drip(self, stub: Stub) -> None:
        """Send a head at once and the rest a byte at a time, for longer than anyone should wait."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n")
        for _ in range(100):
            if stub.free.wait(0.2):
                return
            try:
                self.wfile.write(b" ")
            except OSError:
                return

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        return
