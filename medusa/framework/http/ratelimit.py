"""A limit on attempts to log in, for each client address."""

from __future__ import annotations

import time

_MAX_CLIENTS = 50_000
_WINDOW_SECONDS = 60.0


class RateLimit:
    """So many requests a minute for each client, as a bucket that fills steadily. Counts in this process only."""

    def __init__(self, requests_per_minute: int) -> None:
        self._capacity = float(requests_per_minute)
        self._per_second = requests_per_minute / _WINDOW_SECONDS
        self._clients: dict[str, tuple[float, float]] = {}

    def take(self, client: str, now: float | None = None) -> float:
        """Count a request; seconds to wait when there were too many, else 0."""
        if not self._capacity:
            return 0.0
        moment = time.monotonic() if now is None else now
        left, since = self._clients.get(client, (self._capacity, moment))
        left = min(self._capacity, left + (moment - since) * self._per_second)
        if left < 1:
            return (1 - left) / self._per_second
        if len(self._clients) >= _MAX_CLIENTS and client not in self._clients:
            self._clients.clear()  # a flood from everywhere: better to forget than to grow
        self._clients[client] = (left - 1, moment)
        return 0.0
