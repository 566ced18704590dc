"""Locking: one at a time, over all processes."""

from medusa.infrastructure.locking.locks import Lock, LockHeld, LockLost
from medusa.infrastructure.locking.provider import Blocked, Grant, LockingProvider
from medusa.infrastructure.locking.service import LockingService

__all__ = ["Blocked", "Grant", "Lock", "LockHeld", "LockLost", "LockingProvider", "LockingService"]
