"""A limit on attempts to log in, for each client address."""

from __future__ import annotations

import time
from datetime import timedelta

from medusa.framework.caching import CacheProvider

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


class SharedRateLimit:
    """The same limit over all processes, where they share a cache: counted by the minute of the clock.

    What one process refuses by itself is not counted, so a flood does not reach the cache. Without a shared cache, or while it is
    away, each process counts for itself.
    """

    def __init__(self, requests_per_minute: int, cache: CacheProvider | None) -> None:
        self._limit = requests_per_minute
        self._here = RateLimit(requests_per_minute)
        self._cache = cache if cache is not None and cache.is_shared else None

    async def take(self, client: str) -> float:
        """Count a request; seconds to wait when there were too many, else 0."""
        wait = self._here.take(client)
        if wait or self._cache is None or not self._limit:
            return wait
        window, into = divmod(time.time(), _WINDOW_SECONDS)
        number = await self._cache.count(f"auth:{client}:{window:.0f}", timedelta(seconds=_WINDOW_SECONDS))
        return _WINDOW_SECONDS - into if number is not None and number > self._limit else 0.0
