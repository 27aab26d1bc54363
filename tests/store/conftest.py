"""The stores of the batch tests."""

from batch.conftest import disk, lite, new_server, server, store, url

__all__ = ["disk", "lite", "new_server", "server", "store", "url"]
