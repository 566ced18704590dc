"""What storefronts see of carts, and of the order a cart becomes."""

from __future__ import annotations

from medusa.framework.http import RouteFields

_TOTALS = (
    "total,subtotal,tax_total,discount_total,discount_subtotal,discount_tax_total,original_total,original_tax_total,"
    "item_total,item_subtotal,item_tax_total,item_discount_total,original_item_total,original_item_subtotal,"
    "original_item_tax_total,shipping_total,shipping_subtotal,shipping_tax_total,shipping_discount_total,"
    "original_shipping_tax_total,original_shipping_subtotal,original_shipping_total,credit_line_subtotal,"
    "credit_line_tax_total,credit_line_total"
)


def _below(path: str, names: str) -> str:
    return ",".join(f"{path}.{name}" for name in names.split(","))


_TAX_LINE = "id,description,code,rate,provider_id,data,metadata"
_ADDRESS = "id,first_name,last_name,company,address_1,address_2,city,postal_code,country_code,province,phone"
_ITEM = (
    "id,thumbnail,variant_id,product_id,is_giftcard,product_type_id,product_title,product_description,product_subtitle,"
    "product_type,product_collection,product_handle,variant_sku,variant_barcode,variant_title,requires_shipping,metadata,"
    "created_at,updated_at,title,quantity,unit_price,compare_at_unit_price,is_tax_inclusive"
)

_CART = ",".join((
        "id,currency_code,email,locale,region_id,created_at,updated_at,completed_at,metadata,sales_channel_id,shipping_address_id,"
        "billing_address_id",
        _TOTALS,
        _below("items", _ITEM),
        _below("items.tax_lines", _TAX_LINE),
        _below("items.adjustments", "id,code,promotion_id,amount,is_tax_inclusive"),
        _below("items.product", "id,collection_id,type_id,categories.id,tags.id"),
        _below("shipping_methods", "id,amount,is_tax_inclusive,shipping_option_id"),
        _below("shipping_methods.tax_lines", _TAX_LINE),
        _below("shipping_methods.adjustments", "id,code,amount"),
        _below("shipping_address", _ADDRESS),
        _below("billing_address", _ADDRESS),
        "*credit_lines",
        _below("customer", "id,email,groups.id"),
        _below("region", "id,name,currency_code,automatic_taxes"),
        "*region.countries",
        _below("promotions", "id,code,is_automatic,is_tax_inclusive"),
        _below("promotions.application_method", "value,type,currency_code"),
        "*payment_collection,*payment_collection.payment_sessions",
))  # fmt: skip

# Asked for with a star, these come whole; single fields beyond the defaults do not.
_RELATIONS = (
    "items,items.product,items.variant,items.tax_lines,items.adjustments,shipping_methods,shipping_methods.tax_lines,"
    "shipping_methods.adjustments,shipping_address,billing_address,customer,customer.groups,region,promotions,"
    "promotions.application_method"
)
_LINE_TOTALS = (
    "subtotal,total,original_subtotal,original_total,discount_subtotal,discount_tax_total,discount_total,tax_total,"
    "original_tax_total"
)
_LINES = ",".join((
    "items.is_discountable,items.cart_id,shipping_methods.name,shipping_methods.description,shipping_methods.data",
    _below("items", _LINE_TOTALS),
    _below("shipping_methods", _LINE_TOTALS),
))  # fmt: skip
CART = RouteFields("cart", _CART, f"{_CART},{_RELATIONS},{_LINES}")

ORDER = RouteFields(
    "order",
    ",".join((
        "id,status,summary,currency_code,display_id,custom_display_id,region_id,email,total,subtotal,tax_total,"
        "discount_total,discount_subtotal,discount_tax_total,original_total,original_subtotal,original_tax_total,"
        "item_total,item_subtotal,item_tax_total,original_item_total,original_item_subtotal,original_item_tax_total,"
        "shipping_total,shipping_subtotal,shipping_tax_total,original_shipping_tax_total,original_shipping_subtotal,"
        "original_shipping_total,credit_line_total,credit_line_subtotal,credit_line_tax_total,created_at,updated_at",
        "*credit_lines,*items,*items.tax_lines,*items.adjustments,*items.detail,*items.variant,*items.variant.product",
        "*shipping_address,*billing_address,*shipping_methods,*shipping_methods.tax_lines,"
        "*shipping_methods.adjustments,*payment_collections",
    )),
)  # fmt: skip
