"""Caching: values that are dear to compute, kept for a while."""

from medusa.framework.caching import CacheProvider
from medusa.infrastructure.caching.service import CachingService

__all__ = ["CacheProvider", "CachingService"]
