"""Transports of events; see :class:`medusa.framework.events.EventTransport`."""

from medusa.infrastructure.events.postgres import PostgresTransport

__all__ = ["PostgresTransport"]
