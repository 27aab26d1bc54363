"""The store: one SQLite file by default, PostgreSQL by URL, brought to the present schema when it is opened."""

import contextlib
import functools
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import sqlalchemy
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, NoSuchModuleError, OperationalError

from fuhe.errors import StoreError, reason

_BUSY = 30.0  # seconds to wait for another writer
_MIGRATIONS = Path(__file__).parent / "migrations"
_UPGRADING = 0x66756865
HEAD = "0008"


class Store:
    """An open store. `reading` and `writing` are transactions; a writer waits for another, it does not fail."""

    def __init__(self, url: str) -> None:
        """Open `url`, a SQLAlchemy URL or the path of a SQLite file, and migrate it; raises StoreError."""
        self.url = _url(url)
        # SQLite polls for its lock, so that under load some wait for ever; threads of one process queue up here instead.
        self._turn = threading.Lock() if self.is_sqlite else contextlib.nullcontext()
        with _told(self.shown):
            self.engine = _engine(self.url)
            with contextlib.ExitStack() as undone:
                undone.callback(self.engine.dispose)
                self._migrate()
                undone.pop_all()

    @property
    def shown(self) -> str:
        """Where the store is, without its password."""
        return self.url.database or "" if self.is_sqlite else self.url.render_as_string(hide_password=True)

    @property
    def address(self) -> str:
        """Its whole URL, for a process of this program that is to open it too."""
        return self.url.render_as_string(hide_password=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is one file."""
        return self.url.get_backend_name() == "sqlite"

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection that sees one state of the store; raises StoreError where it cannot be reached."""
        with _told(self.shown), self._reader() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that is kept whole or not at all; raises StoreError where it cannot be written."""
        with _told(self.shown), self._turn, self._writer() as connection, connection.begin():
            yield connection

    def _reader(self) -> Connection:
        # A reader of SQLite sees one state by itself.
        more = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        return self.engine.connect().execution_options(**more)

    def _writer(self) -> Connection:
        return self.engine.connect().execution_options(writing=True)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _migrate(self) -> None:
        """Bring the schema to HEAD; alembic is loaded only where there is something to do."""
        with self.engine.connect() as connection:
            known = sqlalchemy.inspect(connection).has_table("alembic_version")
            at = (
                connection.execute(sqlalchemy.text("SELECT version_num FROM alembic_version")).scalar()
                if known
                else None
            )
        if at is not None and at > HEAD:
            raise StoreError(
                f"这个存储是新版本的程序建的（结构 {at}，本程序认得到 {HEAD}）",
                where=self.shown,
                todo="请升级程序后再用",
            )
        if at != HEAD:
            _upgrade(self.engine)


@functools.cache
def shared(address: str) -> Store:
    """Return a store that a working process opens once for all its tasks."""
    return Store(address)


def _url(url: str) -> sqlalchemy.URL:
    if "://" not in url:
        return sqlalchemy.URL.create("sqlite", database=str(Path(url).expanduser().absolute()))
    try:
        made = make_url(url)
    except ArgumentError as error:
        raise StoreError(
            "存储地址写得不对", where=url.partition("@")[2] or url, todo="请写 SQLite 文件路径或 postgresql:// 地址"
        ) from error
    # psycopg 3 is the driver this project installs.
    return made.set(drivername="postgresql+psycopg") if made.drivername in ("postgres", "postgresql") else made


def _engine(url: sqlalchemy.URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": _BUSY, "check_same_thread": False})
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        return engine
    return create_engine(url, pool_pre_ping=True)


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    """Take transactions into our own hands, let readers go on beside a writer, keep references whole."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-32000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """A writer takes its lock at once: to wait for it half way would fail with what was read in the meantime."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writing") else "BEGIN")


def _upgrade(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":  # two programs may open a new store at once
            connection.execute(sqlalchemy.text(f"SELECT pg_advisory_xact_lock({_UPGRADING})"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextlib.contextmanager
def _told(where: str) -> Iterator[None]:
    """Turn what a database says into one message; a fault in our own statements stays a bug."""
    try:
        yield
    except NoSuchModuleError as error:
        raise StoreError("不认识这种数据库", where=where, todo="可用 SQLite 文件，或 postgresql:// 地址") from error
    except ModuleNotFoundError as error:
        raise StoreError(
            f"缺少数据库驱动 {error.name}", where=where, todo="请装扩展 postgres（见 docs/管理员.md）"
        ) from error
    except OperationalError as error:
        raise StoreError(f"数据库用不了（{_first_line(error)}）", where=where, todo=_advice(error)) from error
    except DBAPIError as error:
        if type(error) is DatabaseError:  # what SQLite says of a file, not of a statement
            raise StoreError(
                f"这不是存储文件，或者已经损坏（{_first_line(error)}）", where=where, todo="请核对路径，或从备份恢复"
            ) from error
        if not error.connection_invalidated:
            raise
        raise StoreError(
            "与数据库的连接断了", where=where, todo="已完成的部分都已存下，请在数据库恢复后重新运行"
        ) from error
    except OSError as error:
        raise StoreError(
            f"存储文件用不了（{reason(error)}）", where=where, todo="请检查文件夹权限和磁盘空间"
        ) from error


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0][:200]


def _advice(error: OperationalError) -> str:
    said = str(error.orig)
    if "locked" in said:
        return "另一个程序正在写，请等它结束后再试"
    if "full" in said:
        return "磁盘已满，请腾出空间后重新运行，已完成的部分都已存下"
    if "readonly" in said or "unable to open" in said:
        return "请检查文件夹是否存在、是否有写入权限"
    return "请检查数据库是否在运行、地址和账号是否写对；已完成的部分都已存下"


def inserted(connection: Connection, table: sqlalchemy.Table, **values: object) -> int:
    """Insert one row and return its id."""
    key = connection.execute(table.insert().values(values)).inserted_primary_key
    assert key is not None
    number: int = key[0]
    return number
