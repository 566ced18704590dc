"""Stock locations: where goods are kept."""

from medusa.modules.stock_location.service import StockLocationService

__all__ = ["StockLocationService"]
