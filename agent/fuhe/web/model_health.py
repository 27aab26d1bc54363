"""Looks in the background whether the model's server answers, so that no page waits for it."""

import socket
import threading
import time
from typing import Literal
from urllib.parse import urlsplit

from fuhe.errors import SettingsError
from fuhe.model.address import endpoint
from fuhe.settings import ModelSettings

State = Literal["none", "up", "down", "unknown"]
FRESH = 20.0  # seconds
_PATIENCE = 2.0


class ModelProbe:
    """The last known state of one endpoint, looked at again when it is no longer fresh."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[str, State, float] = ("", "unknown", 0.0)
        self._looking = False

    def state(self, settings: ModelSettings) -> State:
        """Return the last known state at once; `unknown` until the first look is done."""
        if not settings.configured:
            return "none"
        url = f"{settings.base_url} {settings.allow_public}"
        with self._lock:
            known, state, at = self._known
            stale = known != url or time.monotonic() - at > FRESH
            if stale and not self._looking:
                self._looking = True
                threading.Thread(target=self._look, args=(settings, url), daemon=True).start()
        return state if known == url else "unknown"

    def _look(self, settings: ModelSettings, url: str) -> None:
        state = look(settings)
        with self._lock:
            self._known, self._looking = (url, state, time.monotonic()), False


def look(settings: ModelSettings) -> State:
    """Tell whether something listens at the model's address; sends nothing. Public addresses are taken as reachable."""
    try:
        place = endpoint(settings)
    except SettingsError:
        return "down"
    if place.public or place.provider:
        return "up"
    parts = urlsplit(place.url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((place.host, port), _PATIENCE):
            return "up"
    except OSError:
        return "down"
