"""Carts: what a customer is about to buy."""

from medusa.modules.cart.service import CartService

__all__ = ["CartService"]
