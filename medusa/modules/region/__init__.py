"""Regions: where one sells, in which currency, to which countries."""

from medusa.modules.region.service import CountriesTaken, CountriesUnknown, RegionService

__all__ = ["CountriesTaken", "CountriesUnknown", "RegionService"]
