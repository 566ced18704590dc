"""What modules are made of: services with typed CRUD, and providers."""

from medusa.framework.modules.crud import Crud, RowInput, row_of
from medusa.framework.modules.providers import Provider, Providers
from medusa.framework.modules.service import ModuleService

__all__ = ["Crud", "ModuleService", "Provider", "Providers", "RowInput", "row_of"]
