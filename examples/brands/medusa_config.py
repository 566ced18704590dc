"""The configuration of the brand shop. What is left out comes from the environment and .env."""

import os
from decimal import Decimal

from medusa.framework.config import Config, ModuleConfig, ProviderConfig

OUTSIDE = {"url": os.environ.get("OUTSIDE_URL", "http://127.0.0.1:9200")}


def provider(resolve: str, id: str, **options: object) -> ModuleConfig:
    """A module with one provider of our own, besides the shipped ones."""
    return ModuleConfig(providers=[ProviderConfig(resolve=resolve, id=id, options=options)])


config = Config(
    modules={
        "payment": provider("src.providers.bank:BankProvider", "eu", **OUTSIDE),
        "fulfillment": provider("src.providers.parcels:Parcels", "shop", **OUTSIDE),
        "tax": provider(
            "src.providers.provinces:ProvinceTax", "canada", rates={"on": Decimal(13), "qc": Decimal("14.975")}
        ),
        "notifications": provider("src.providers.postcards:Postcards", "postcards", **OUTSIDE),
        "files": provider("src.providers.shelf:Shelf", "shelf", **OUTSIDE),
        "registry": ModuleConfig(options=OUTSIDE),
    }
)
