"""The one seam to the language model, and the only module that knows openai and langchain: both load when asked."""

import functools
import time
import urllib.request
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel, SecretStr, ValidationError

from fuhe.errors import SettingsError
from fuhe.model import bounded_reply, faults, thinking
from fuhe.model.address import Endpoint, endpoint
from fuhe.model.answer import Value
from fuhe.model.asked_once import EndpointModel
from fuhe.model.budget import Requests, Tokens
from fuhe.model.faults import Fault
from fuhe.model.ledger import Ledger
from fuhe.model.reply_shape import Completion
from fuhe.model.structured import RUNGS, Habits, Reply, Rung, ServerAnswer, Wire
from fuhe.model.throttle import Gate, retry_after
from fuhe.prompts import Message
from fuhe.settings import ModelSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage
    from langchain_core.messages.ai import UsageMetadata
    from langchain_openai import ChatOpenAI

MAX_TOKENS = 4096
CONNECT = 10.0  # seconds
MAX_FAULT_TEXT = 2000


class Model(Protocol):
    """All the rest of the product knows of a model; tests replace it here."""

    name: str

    def ask(
        self,
        messages: Sequence[Message],
        schema: type[Value],
        key: str = "",
        *,
        prompt: str = "",
        requests: Requests | None = None,
    ) -> Reply[Value]:
        """Return a reply that fits the schema; raises ModelError.

        `key` is the ledger's, "" to keep nothing; `prompt` is noted beside it; `requests` is the one budget that all
        rounds of a form and kind share.
        """


def connect(
    settings: ModelSettings,
    ledger: Ledger | None = None,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> EndpointModel:
    """Return the model the settings name, before any request; raises SettingsError when they cannot be used."""
    place = endpoint(settings)
    chat = _vendor_chat(settings) if place.provider else _compatible_chat(settings, place)
    line = Wire(
        name=settings.name,
        send=functools.partial(_send_within, settings.timeout, chat, _secret(settings), bool(place.provider)),
        wording=functools.partial(
            faults.error,
            where=f"大模型 {place.url}",
            name=settings.name,
            timeout=settings.timeout,
            proxied=_proxied(place),
        ),
        habits=Habits(len(RUNGS) - 1) if place.provider else Habits(0, _extras(settings, place)),
        gate=Gate(settings.concurrency, clock=clock, sleep=sleep),
        tokens=Tokens(settings.token_budget, price=(settings.price_in, settings.price_out), yuan=settings.yuan_budget),
    )
    return EndpointModel(settings, place, line, ledger or Ledger(None))


def _extras(settings: ModelSettings, place: Endpoint) -> dict[str, Any]:
    """The optional fields; an endpoint that complains of one is asked without it."""
    return {"temperature": 0, "max_tokens": MAX_TOKENS, **thinking.switch(settings.thinking, place, settings.name)}


def _proxied(place: Endpoint) -> bool:
    return place.public and not {"http", "https", "all"}.isdisjoint(urllib.request.getproxies())


def _secret(settings: ModelSettings) -> SecretStr:
    """Return the key; raises SettingsError for one no header can carry, which some library would quote."""
    key = settings.key.get_secret_value().strip() if settings.key else ""
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise SettingsError("密钥里有空格、换行或汉字", where="[model] key", todo="请重新复制密钥")
    return SecretStr(key)


def _compatible_chat(settings: ModelSettings, place: Endpoint) -> "BaseChatModel":
    import httpx2
    from openai import DefaultAsyncHttpxClient, DefaultHttpxClient

    # A redirect would carry form text to another host; a proxy has no business between here and the unit's own server.
    options: dict[str, Any] = {"follow_redirects": False, "event_hooks": bounded_reply.hooks(settings.timeout)}
    if not place.public:
        options |= {"transport": httpx2.HTTPTransport(), "trust_env": False}
    try:
        client = DefaultHttpxClient(**options)
    except (ImportError, ValueError) as error:
        todo = "请检查环境变量 HTTPS_PROXY、ALL_PROXY；socks 代理不能用"
        raise SettingsError("代理设置不能用", where=f"大模型 {place.url}", todo=todo) from error
    warnings.filterwarnings("ignore", module=r"langchain_openai\.")  # English advice beside errors worded here
    return _compatible_class()(
        model=settings.name.removeprefix("openai:") if place.host == "api.openai.com" else settings.name,
        base_url=place.url,
        api_key=_secret(settings) or SecretStr("none"),
        timeout=httpx2.Timeout(settings.timeout, connect=min(CONNECT, settings.timeout)),
        max_retries=0,
        openai_proxy=None,
        use_responses_api=False,
        http_client=client,
        http_async_client=DefaultAsyncHttpxClient(trust_env=False),
    )


class _IncompatibleError(ValueError):
    """A 200 that is not a chat completion; the text is its beginning."""


@functools.cache
def _compatible_class() -> "type[ChatOpenAI]":
    from langchain_core.messages import AIMessage
    from langchain_core.outputs import ChatGeneration, ChatResult
    from langchain_openai import ChatOpenAI

    class Compatible(ChatOpenAI):
        """ChatOpenAI that checks the reply's shape and keeps the reasoning, which the original drops."""

        def _create_chat_result(self, response: Any, generation_info: dict[str, Any] | None = None) -> ChatResult:
            raw = (
                response.model_dump(exclude_unset=True, warnings=False) if isinstance(response, BaseModel) else response
            )
            try:
                found = Completion.model_validate(raw)
            except ValidationError as error:
                raise _IncompatibleError(str(raw)[:MAX_FAULT_TEXT]) from error
            message = AIMessage(
                content=found.choices[0].message.content or found.called,
                additional_kwargs={"reasoning_content": found.reasoning},
                response_metadata={"finish_reason": found.finish},
                usage_metadata=_usage(*found.tokens) if found.tokens else None,
            )
            return ChatResult(generations=[ChatGeneration(message=message)])

    return Compatible


def _usage(read: int, written: int) -> "UsageMetadata":
    return {"input_tokens": read, "output_tokens": written, "total_tokens": read + written}


def _vendor_chat(settings: ModelSettings) -> "BaseChatModel":
    from langchain.chat_models import init_chat_model

    where = "[model] name"
    options: dict[str, Any] = {"timeout": settings.timeout, "max_retries": 0, "temperature": 0}
    if settings.key:
        options["api_key"] = _secret(settings)
    try:
        chat: BaseChatModel = init_chat_model(settings.name, **options)
    except ImportError as error:
        package = str(error).rpartition("pip install ")[2].rstrip("`.") or "相应的 langchain 包"
        raise SettingsError(
            f"用 {settings.name} 要先装 {package}", where=where, todo=f"pip install {package}"
        ) from error
    except ValueError:
        todo = "请改用 OpenAI 兼容接口的 base_url，或核对“服务方:模型”的写法和密钥"
        raise SettingsError(f"不能用 {settings.name} 建立连接", where=where, todo=todo) from None
    return chat


def _send_within(seconds: float, *request: Any) -> ServerAnswer | Fault:
    """Make one request in its time, all of it: connecting, waiting and reading."""
    try:
        return bounded_reply.within(seconds + 1, functools.partial(_send, *request))
    except bounded_reply.TooSlowError:
        return Fault(faults.TIMEOUT)


def _send(
    chat: "BaseChatModel",
    key: SecretStr,
    vendor: bool,
    messages: Sequence[Message],
    rung: Rung,
    schema: type[BaseModel],
    extras: dict[str, Any],
) -> ServerAnswer | Fault:
    """Make one request, prompt | model, without retries, streaming or tracing."""
    import openai
    from langchain_core.exceptions import ModelError as LangChainError
    from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
    from langsmith import tracing_context

    prompt = ChatPromptTemplate.from_messages([MessagesPlaceholder("messages")])  # form text is never a template
    model = chat if vendor else chat.bind(extra_body={**extras, **_response_format(rung, schema)})
    try:
        with tracing_context(enabled=False):
            return _said((prompt | model).invoke({"messages": [(role, _clean(text)) for role, text in messages]}))
    except (openai.OpenAIError, LangChainError) as error:
        return _fault(error, key)
    except bounded_reply.TooLargeError:
        return Fault(faults.TOO_LARGE)
    except _IncompatibleError as error:
        return Fault(faults.INCOMPATIBLE, _redacted(str(error), key))
    except ValueError:
        return Fault(faults.INCOMPATIBLE)


def _response_format(rung: Rung, schema: type[BaseModel]) -> dict[str, Any]:
    # In extra_body LangChain leaves it alone: its own parsing raises on a reply cut short and loses the text.
    if rung == "plain":
        return {}
    form: dict[str, Any] = {"type": rung}
    if rung == "json_schema":
        form["json_schema"] = {"name": schema.__name__.strip("_"), "schema": schema.model_json_schema()}
    return {"response_format": form}


def _clean(text: str) -> str:
    """Replace half characters, which no request can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _said(message: "AIMessage") -> ServerAnswer:
    usage, about = message.usage_metadata, message.response_metadata
    return ServerAnswer(
        text=str(message.text),
        reasoning=message.additional_kwargs.get("reasoning_content") or "",
        finish=about.get("finish_reason") or about.get("stop_reason"),
        tokens_in=usage["input_tokens"] if usage else None,
        tokens_out=usage["output_tokens"] if usage else None,
    )


def _fault(error: Exception, key: SecretStr) -> Fault:
    import openai

    chain = list(_chain(error))
    causes = tuple(type(link).__name__ for link in chain)
    text = " ".join(str(link) for link in chain)
    wait = None
    if isinstance(error, openai.APIStatusError):
        text, wait = error.response.text, retry_after(error.response.headers.get("retry-after"))
    return Fault(_status(error, causes), _redacted(text, key), causes, wait)


def _redacted(text: str, key: SecretStr) -> str:
    return (text.replace(key.get_secret_value(), "***") if key else text)[:MAX_FAULT_TEXT]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _status(error: Exception, causes: Sequence[str]) -> int:
    import openai
    from langchain_core import exceptions as known

    if isinstance(error, known.ContextOverflowError):
        return 413
    if isinstance(error, openai.APIStatusError):
        return error.status_code
    if "TooLargeError" in causes:
        return faults.TOO_LARGE
    if "TooSlowError" in causes:
        return faults.TIMEOUT
    if {"RemoteProtocolError", "ReadError", "WriteError"} & set(causes):
        return faults.DROPPED
    table: tuple[tuple[type[Exception], int], ...] = (
        (known.ModelTimeoutError, faults.TIMEOUT),
        (known.ModelConnectionError, faults.NO_CONNECTION),
        (known.ModelAuthenticationError, 401),
        (known.ModelPermissionDeniedError, 403),
        (known.ModelNotFoundError, 404),
        (known.ModelRateLimitError, 429),
        (known.ModelInvalidRequestError, 400),
        (known.ModelAPIError, 500),
    )
    return next((status for kind, status in table if isinstance(error, kind)), faults.INCOMPATIBLE)
