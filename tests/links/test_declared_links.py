"""The names under which the contract knows what joins the modules."""

from __future__ import annotations

import json

import pytest

from medusa.framework.db import Session
from medusa.framework.links import LINKS
from medusa.framework.query import Fields, Query
from medusa.framework.query.plan import make_plan

PATHS = {
    "api_key": "sales_channels.id",
    "cart": "region.countries.iso_2,customer.groups.id,sales_channel.id,payment_collection.payment_sessions.payment.id,"
    "promotions.application_method.target_rules.values.id,items.variant.product.id,items.product.categories.id,"
    "items.tax_lines.id,items.adjustments.id,shipping_methods.shipping_option.id,order.id",
    "customer": "addresses.id,groups.id,orders.id,account_holders.id",
    "fulfillment_set": "location.address.id,service_zones.geo_zones.id",
    "inventory_item": "location_levels.stock_locations.id,variants.product.id,reservation_items.id",
    "order": "items.detail.id,items.variant.product.id,items.tax_lines.id,items.adjustments.id,shipping_methods.detail.id,"
    "shipping_methods.adjustments.id,payment_collections.payments.captures.id,fulfillments.items.id,fulfillments.labels.id,"
    "customer.id,region.id,sales_channel.id,promotions.id,cart.id,transactions.id,shipping_address.id,returns.items.id",
    "payment": "payment_collection.order.id,captures.id,refunds.refund_reason.id",
    "product": "sales_channels.id,shipping_profile.id,variants.price_set.prices.price_rules.id,variants.prices.id,"
    "variants.inventory_items.inventory.location_levels.id,variants.inventory.id,categories.id,tags.id,options.values.id",
    "region": "payment_providers.id,countries.iso_2,currency.code",
    "reservation_item": "inventory_item.id,location.id",
    "sales_channel": "stock_locations.id,publishable_api_keys.id,products.id",
    "shipping_option": "prices.price_rules.id,service_zone.fulfillment_set.location.id,rules.id,type.id,provider.id",
    "stock_location": "fulfillment_sets.service_zones.shipping_options.id,fulfillment_providers.id,sales_channels.id,address.id",
    "store": "supported_currencies.currency.code,default_region.id,default_sales_channel.id,default_location.id",
}  # fmt: skip


@pytest.mark.parametrize("entity", PATHS)
async def test_paths_of_the_contract(query: Query, session: Session, entity: str) -> None:
    fields = Fields.of(PATHS[entity])
    plan = make_plan(query.graph_of_entities[entity], fields.tree)
    for path in PATHS[entity].split(","):
        node = plan.node
        *relations, _ = path.split(".")
        for name in relations:
            assert name in node.relations, f"{entity}.{path}: there is no {name}"
            node = node.relations[name][1]
    page = await query.page(session, entity, fields=fields, limit=1, count=True)
    assert (page.items, page.count) == (b"[]", 0)


async def test_every_entity_can_be_printed_whole(query: Query, session: Session) -> None:
    for name, entity in query.graph_of_entities.entities.items():
        if entity.model is not None and not entity.model.__module__.startswith("medusa."):
            continue  # a table that another test defines in this process
        page = await query.page(session, name, fields=Fields.of("*"), limit=1)
        assert json.loads(page.items) == []


def test_tables() -> None:
    assert {
        "cart_payment_collection",
        "cart_promotion",
        "customer_account_holder",
        "location_fulfillment_provider",
        "location_fulfillment_set",
        "order_cart",
        "order_fulfillment",
        "order_payment_collection",
        "order_promotion",
        "product_sales_channel",
        "product_shipping_profile",
        "product_variant_inventory_item",
        "product_variant_price_set",
        "publishable_api_key_sales_channel",
        "region_payment_provider",
        "return_fulfillment",
        "sales_channel_stock_location",
        "shipping_option_price_set",
    } <= set(LINKS.links)
