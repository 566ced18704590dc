"""Sales channels: where one sells."""

from medusa.modules.sales_channel.service import SalesChannelService

__all__ = ["SalesChannelService"]
