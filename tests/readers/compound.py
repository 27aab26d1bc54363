"""Compound files with an entry more: what stands there is not looked at, only that it is there."""

_NAME_BYTES = 64
_DISPOSABLE = "\x01CompObj"


def with_storage(data: bytes, name: str) -> bytes:
    """Return the file with one entry of its directory, which no reader needs, under another name."""
    at = data.index(f"{_DISPOSABLE}\0".encode("utf-16-le"))
    spelled = f"{name}\0".encode("utf-16-le")
    entry = spelled.ljust(_NAME_BYTES, b"\0") + len(spelled).to_bytes(2, "little")
    return data[:at] + entry + data[at + len(entry) :]
