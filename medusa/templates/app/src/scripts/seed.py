"""Demo data: a region, taxes, a warehouse with two ways of shipping, and four products with stock.

    medusa exec src/scripts/seed.py

All of it is one workflow, so it is there completely or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import product as combinations

from msgspec import Struct

from medusa.framework.app import App
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.fulfillment import FulfillmentService
from medusa.modules.inventory import InventoryService
from medusa.modules.product.service import ProductService
from medusa.modules.store import StoreService
from medusa.workflows.fulfillment.options import create_shipping_options
from medusa.workflows.fulfillment.sets import create_service_zone
from medusa.workflows.fulfillment.types import (
    CreateServiceZone,
    CreateShippingOption,
    GeoZoneInput,
    NewOptionRule,
    OptionPrice,
    OptionType,
)
from medusa.workflows.inventory.levels import create_inventory_levels
from medusa.workflows.inventory.types import CreateLevel
from medusa.workflows.product.categories import CreateCategory, create_product_categories
from medusa.workflows.product.products import create_products
from medusa.workflows.product.types import CreateProduct, CreateProducts, CreateVariant, Image, Option, Price, Reference
from medusa.workflows.region.regions import create_regions
from medusa.workflows.region.types import CreateRegion
from medusa.workflows.stock_location.stock_locations import (
    create_location_fulfillment_set,
    create_stock_locations,
    link_fulfillment_providers_to_stock_location,
    link_sales_channels_to_stock_location,
)
from medusa.workflows.stock_location.types import (
    CreateLocationFulfillmentSet,
    CreateStockLocation,
    LinkToLocation,
    LocationAddress,
)
from medusa.workflows.store.stores import update_stores
from medusa.workflows.store.types import StoreChanges, SupportedCurrency, UpdateStores
from medusa.workflows.tax.tax_regions import create_tax_regions
from medusa.workflows.tax.types import CreateTaxRegion

COUNTRIES = ["gb", "de", "dk", "se", "fr", "es", "it"]
IMAGES = "https://medusa-public-images.s3.eu-west-1.amazonaws.com"
SIZES = ["S", "M", "L", "XL"]
STOCK = Decimal(1_000_000)


class Garment(Struct, kw_only=True):
    """One demo product."""

    title: str
    handle: str
    sku: str
    category: str
    description: str
    images: list[str]
    colors: list[str] = []


GARMENTS = [
    Garment(
        title="Medusa T-Shirt",
        handle="t-shirt",
        sku="SHIRT",
        category="Shirts",
        description="A classic, taken up again: soft cotton that goes with everything, in black and in white.",
        images=["tee-black-front", "tee-black-back", "tee-white-front", "tee-white-back"],
        colors=["Black", "White"],
    ),
    Garment(
        title="Medusa Sweatshirt",
        handle="sweatshirt",
        sku="SWEATSHIRT",
        category="Sweatshirts",
        description="Warm, roomy and washed until it feels old: the sweatshirt for evenings outside.",
        images=["sweatshirt-vintage-front", "sweatshirt-vintage-back"],
    ),
    Garment(
        title="Medusa Sweatpants",
        handle="sweatpants",
        sku="SWEATPANTS",
        category="Pants",
        description="The trousers nobody wants to take off again.",
        images=["sweatpants-gray-front", "sweatpants-gray-back"],
    ),
    Garment(
        title="Medusa Shorts",
        handle="shorts",
        sku="SHORTS",
        category="Merch",
        description="Cotton shorts for the days when trousers are too long.",
        images=["shorts-vintage-front", "shorts-vintage-back"],
    ),
]


class Seeded(Struct):
    """What was made."""

    products: int
    variants: int


async def main(app: App, args: list[str]) -> None:
    """Seed, unless the demo products are there."""
    async with app.database.reader() as session:
        if await app.service(ProductService).products.list(session, {"handle": GARMENTS[0].handle}, limit=1):
            print("The demo products are there already.")
            return
    made = await app.run(seed_demo_store, None)
    print(f"Made {made.products} products with {made.variants} variants.")


@workflow("seed-demo-store")
async def seed_demo_store(ctx: WorkflowContext, _: None) -> Seeded:
    """Everything a first order needs."""
    [store] = await ctx.service(StoreService).stores.list(ctx.session, limit=1)
    channel_id = store.default_sales_channel_id
    assert channel_id is not None
    [region_id] = await create_regions(
        ctx,
        [
            CreateRegion(
                name="Europe", currency_code="eur", countries=COUNTRIES, payment_providers=["pp_system_default"]
            )
        ],
    )
    await create_tax_regions(
        ctx, [CreateTaxRegion(country_code=country, provider_id="tp_system") for country in COUNTRIES]
    )
    location_id = await make_warehouse(ctx, channel_id)
    profile_id = await make_shipping(ctx, location_id, region_id)
    currencies = [SupportedCurrency(currency_code="eur", is_default=True), SupportedCurrency(currency_code="usd")]
    changes = StoreChanges(
        supported_currencies=currencies, default_region_id=region_id, default_location_id=location_id
    )
    await update_stores(ctx, UpdateStores(ids=[store.id], update=changes))
    products = await make_products(ctx, channel_id, profile_id)
    items = await ctx.service(InventoryService).inventory_items.list(ctx.session)
    levels = [CreateLevel(inventory_item_id=item.id, location_id=location_id, stocked_quantity=STOCK) for item in items]
    await create_inventory_levels(ctx, levels)
    return Seeded(len(products), len(levels))


async def make_warehouse(ctx: WorkflowContext, channel_id: str) -> str:
    """A stock location that ships by hand and serves the sales channel."""
    address = LocationAddress(address_1="", city="Copenhagen", country_code="DK")
    [id] = await create_stock_locations(ctx, [CreateStockLocation(name="European Warehouse", address=address)])
    await link_fulfillment_providers_to_stock_location(ctx, LinkToLocation(id=id, add=["manual_manual"]))
    await link_sales_channels_to_stock_location(ctx, LinkToLocation(id=id, add=[channel_id]))
    return id


async def make_shipping(ctx: WorkflowContext, location_id: str, region_id: str) -> str:
    """Standard and express shipping from the location to every country; the shipping profile's id."""
    [profile] = await ctx.service(FulfillmentService).shipping_profiles.list(ctx.session, {"type": "default"}, limit=1)
    set_id = await create_location_fulfillment_set(
        ctx,
        CreateLocationFulfillmentSet(location_id=location_id, name="European Warehouse delivery", type="shipping"),
    )
    places = [GeoZoneInput(type="country", country_code=country) for country in COUNTRIES]
    zone_id = await create_service_zone(
        ctx, CreateServiceZone(fulfillment_set_id=set_id, name="Europe", geo_zones=places)
    )
    types = [
        OptionType(label="Standard", description="Ship in 2-3 days.", code="standard"),
        OptionType(label="Express", description="Ship in 24 hours.", code="express"),
    ]
    await create_shipping_options(
        ctx,
        [
            CreateShippingOption(
                name=f"{type.label} Shipping",
                service_zone_id=zone_id,
                shipping_profile_id=profile.id,
                price_type="flat",
                provider_id="manual_manual",
                type=type,
                prices=[
                    OptionPrice(currency_code="usd", amount=Decimal(10)),
                    OptionPrice(currency_code="eur", amount=Decimal(10)),
                    OptionPrice(region_id=region_id, amount=Decimal(10)),
                ],
                rules=[
                    NewOptionRule(attribute="enabled_in_store", operator="eq", value="true"),
                    NewOptionRule(attribute="is_return", operator="eq", value="false"),
                ],
            )
            for type in types
        ],
    )
    return profile.id


async def make_products(ctx: WorkflowContext, channel_id: str, profile_id: str) -> list[str]:
    """The categories and the garments; the products' ids."""
    names = list(dict.fromkeys(garment.category for garment in GARMENTS))
    ids = await create_product_categories(ctx, [CreateCategory(name=name, is_active=True) for name in names])
    categories = dict(zip(names, ids, strict=True))
    products = [describe(garment, categories[garment.category], channel_id, profile_id) for garment in GARMENTS]
    return await create_products(ctx, CreateProducts(products=products))


def describe(garment: Garment, category_id: str, channel_id: str, profile_id: str) -> CreateProduct:
    """A garment as a product: one variant for each size and colour."""
    options = [Option(title="Size", values=SIZES)]
    if garment.colors:
        options.append(Option(title="Color", values=garment.colors))
    colors: Sequence[str | None] = garment.colors or [None]
    images = [Image(url=f"{IMAGES}/{name}.png") for name in garment.images]
    return CreateProduct(
        title=garment.title,
        handle=garment.handle,
        description=garment.description,
        status="published",
        weight=400,
        images=images,
        thumbnail=images[0].url,
        options=options,
        variants=[variant(garment, size, color) for size, color in combinations(SIZES, colors)],
        categories=[Reference(id=category_id)],
        sales_channels=[Reference(id=channel_id)],
        shipping_profile_id=profile_id,
    )


def variant(garment: Garment, size: str, color: str | None) -> CreateVariant:
    """10 EUR or 15 USD, whatever the size and the colour."""
    parts = [size, color] if color else [size]
    return CreateVariant(
        title=" / ".join(parts),
        sku="-".join([garment.sku, *parts]).upper(),
        manage_inventory=True,
        options={"Size": size, "Color": color} if color else {"Size": size},
        prices=[
            Price(currency_code="eur", amount=Decimal(10)),
            Price(currency_code="usd", amount=Decimal(15)),
        ],
    )
