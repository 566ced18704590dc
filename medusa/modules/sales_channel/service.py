"""Sales channels."""

from __future__ import annotations

from medusa.framework.modules import Crud, ModuleService
from medusa.modules.sales_channel.models import SalesChannel


class SalesChannelService(ModuleService):
    """Where one sells."""

    sales_channels = Crud(SalesChannel)
