"""The row locks of carts. What was read before the lock is read again after it."""

from __future__ import annotations

from medusa.framework.db import Session
from medusa.framework.errors import NotFound


async def lock_cart(session: Session, id: str) -> None:
    """Hold the cart until the transaction ends; waits for others that change it.

    Raises:
        NotFound: There is no such cart.
    """
    if await session.fetch_value("SELECT id FROM cart WHERE id = $1 AND deleted_at IS NULL FOR UPDATE", id) is None:
        raise NotFound(f"Cart id not found: {id}")
