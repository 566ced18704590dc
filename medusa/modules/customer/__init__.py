"""Customers, their addresses and groups."""

from medusa.modules.customer.service import CustomerService, RelationUnknown

__all__ = ["CustomerService", "RelationUnknown"]
