"""A shop to try the README's commands in; prints what they need.

source <(medusa exec src/scripts/seed.py)
"""

from decimal import Decimal

from msgspec import Struct

from medusa.framework.app import App
from medusa.framework.query import Fields
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.modules.api_key import ApiKeyService
from medusa.modules.fulfillment import FulfillmentService
from medusa.modules.store import StoreService
from medusa.workflows.fulfillment.options import create_shipping_options
from medusa.workflows.fulfillment.sets import create_service_zone
from medusa.workflows.fulfillment.types import CreateServiceZone, CreateShippingOption, GeoZoneInput, OptionType
from medusa.workflows.product.products import create_products
from medusa.workflows.product.types import CreateProduct, CreateProducts, CreateVariant, Option, Price, Reference
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
from medusa.workflows.tax.tax_regions import create_tax_regions
from medusa.workflows.tax.types import CreateTaxRegion
from src.workflows.brands import NewBrand, create_brands

ID = Fields.of("id")
SHIRT_PRICES = [
    Price(currency_code="eur", amount=Decimal(20)),
    Price(currency_code="eur", amount=Decimal(15), rules={"membership": "gold"}),
]


class Made(Struct):
    """What the commands need."""

    region: str
    option: str
    brand: str
    variant: str


async def main(app: App, args: list[str]) -> None:
    """Make the shop, and print its ids as variables of a shell."""
    made = await app.run(seed, None)
    async with app.database.reader() as session:
        [key, *_] = await app.service(ApiKeyService).api_keys.list(session, {"type": "publishable"})
    print(f"KEY={key.token} REGION={made.region} OPTION={made.option} BRAND={made.brand} VARIANT={made.variant}")


@workflow("seed-brand-shop")
async def seed(ctx: WorkflowContext, _: None) -> Made:
    """Canada, paid through the bank, taxed by province, shipped to parcel shops; a shirt of a brand."""
    payment = ["pp_system_default", "pp_bank_eu"]
    region = CreateRegion(name="Canada", currency_code="eur", countries=["ca"], payment_providers=payment)
    [region_id] = await create_regions(ctx, [region])
    await create_tax_regions(ctx, [CreateTaxRegion(country_code="ca", provider_id="tp_provinces_canada")])
    [store] = await ctx.service(StoreService).stores.list(ctx.session, limit=1)
    channel_id = store.default_sales_channel_id or ""
    [profile] = await ctx.service(FulfillmentService).shipping_profiles.list(ctx.session, {"type": "default"}, limit=1)
    option_id = await make_shipping(ctx, channel_id, profile.id)
    [brand_id] = await create_brands(ctx, [NewBrand(name="Acme", country_code="ca")])
    shirt = CreateProduct(
        title="Acme shirt",
        status="published",
        options=[Option(title="Size", values=["M"])],
        variants=[
            CreateVariant(title="M", weight=400, manage_inventory=False, options={"Size": "M"}, prices=SHIRT_PRICES)
        ],
        sales_channels=[Reference(id=channel_id)],
        shipping_profile_id=profile.id,
    )
    [product_id] = await create_products(ctx, CreateProducts(products=[shirt], additional_data={"brand_id": brand_id}))
    variants = await ctx.query.graph(
        ctx.session, "product_variant", fields=ID, filters={"product_id": product_id}, into=dict[str, str]
    )
    return Made(region_id, option_id, brand_id, variants[0]["id"])


async def make_shipping(ctx: WorkflowContext, channel_id: str, profile_id: str) -> str:
    """A warehouse that ships to parcel shops at a calculated price; the shipping option's id."""
    address = LocationAddress(address_1="1 Dock Street", city="Halifax", country_code="ca")
    [location_id] = await create_stock_locations(ctx, [CreateStockLocation(name="Warehouse", address=address)])
    await link_fulfillment_providers_to_stock_location(ctx, LinkToLocation(id=location_id, add=["parcels_shop"]))
    await link_sales_channels_to_stock_location(ctx, LinkToLocation(id=location_id, add=[channel_id]))
    sets = CreateLocationFulfillmentSet(location_id=location_id, name="Warehouse", type="shipping")
    set_id = await create_location_fulfillment_set(ctx, sets)
    places = [GeoZoneInput(type="country", country_code="ca")]
    zone = CreateServiceZone(fulfillment_set_id=set_id, name="Canada", geo_zones=places)
    option = CreateShippingOption(
        name="Parcel shop",
        service_zone_id=await create_service_zone(ctx, zone),
        shipping_profile_id=profile_id,
        provider_id="parcels_shop",
        price_type="calculated",
        type=OptionType(label="Parcel shop", description="To a shop nearby", code="parcel-shop"),
        prices=[],
    )
    [option_id] = await create_shipping_options(ctx, [option])
    return option_id
