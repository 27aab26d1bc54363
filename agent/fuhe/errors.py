"""The errors a user can meet: each says what happened, where, and what to do.

FuheError
├── UsageError          wrong command, path or option               exit 2
│   ├── SettingsError   fuhe.toml, FUHE_* or a flag cannot be used
│   ├── PolicyError     a policy pack or lexicon file cannot be used
│   │   └── StandardError   a scoring standard cannot be used
│   ├── OutputError     a result cannot be written where it should go
│   └── StoreError      the store cannot be opened, is busy or went away
├── ReadError           one input could not be read; others go on   exit 3
└── ModelError          no usable answer from the language model    exit 4 with --require-llm
    ├── ModelRefusedError      key, address or model name wrong, no credit
    ├── ModelUnreachableError  no connection, no answer in time, server fault
    ├── ModelBusyError         too many requests, even after waiting
    ├── ModelSpentError        the run's tokens or the form's requests are used up
    └── ModelAnswerError       this form got no usable answer; others may
"""

import errno

_REASONS = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超过了分给的磁盘空间",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "这是文件夹",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EADDRINUSE: "已被占用",
    errno.EIO: "磁盘读写出错",
    errno.ETXTBSY: "正被别的程序使用",
}


def reason(error: OSError) -> str:
    """Say in Chinese why the system would not do something; what is rare stays in the system's words."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


class FuheError(Exception):
    """Base of everything that is reported without a traceback."""

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.todo = what, where, todo

    def __str__(self) -> str:
        head = f"{self.where}：{self.what}" if self.where else self.what
        return f"{head}。{self.todo}。" if self.todo else f"{head}。"


class UsageError(FuheError):
    """The command line, a path or an option is wrong."""


class SettingsError(UsageError):
    """A setting is unknown or has a value that cannot be used."""


class PolicyError(UsageError):
    """A policy pack or a lexicon has an entry that cannot be used."""


class StandardError(PolicyError):
    """A scoring standard has an entry that cannot be used; `code` is the stable word for what is wrong.

    missing · entry · unknown-condition · weights · never-applies
    """

    def __init__(self, code: str, what: str, *, where: str = "", todo: str = "") -> None:
        super().__init__(what, where=where, todo=todo)
        self.code = code


class OutputError(UsageError):
    """A result cannot be written: no such folder, no permission, disk full, file open elsewhere."""


class StoreError(UsageError):
    """The store cannot be opened, read or written; what was stored before stays."""


class ReadError(FuheError):
    """An input cannot be read; `code` is the stable word other programs may test."""

    def __init__(self, code: str, what: str, *, where: str = "", todo: str = "") -> None:
        super().__init__(what, where=where, todo=todo)
        self.code = code


class ModelError(FuheError):
    """The language model gave no usable answer."""


class ModelRefusedError(ModelError):
    """The server will not serve: wrong key, address or model name, or no credit left."""


class ModelUnreachableError(ModelError):
    """The server cannot be reached, does not answer in time or fails."""


class ModelBusyError(ModelError):
    """The server still turns requests away after all the waiting allowed."""


class ModelSpentError(ModelError):
    """The tokens of the run or the requests of one form are used up."""


class ModelAnswerError(ModelError):
    """The server answered, but nothing usable for this form."""
