"""Transports of events; see :class:`medusa.framework.events.EventTransport`."""

from medusa.infrastructure.events.postgres import PostgresTransport
from medusa.infrastructure.events.redis import RedisTransport

__all__ = ["PostgresTransport", "RedisTransport"]
