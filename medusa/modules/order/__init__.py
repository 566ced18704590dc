"""Orders: what was bought, in versions."""

from medusa.modules.order.service import OrderService

__all__ = ["OrderService"]
