"""Carts whose prices hold the tax: by region, by currency, with discounts, shipping, several rates."""
from _shop import address, make_option, make_product, make_shop, pay


def run(c):
    s = make_shop(c, "va", "chf", tax=7.7, shipping=10.77, is_tax_inclusive=True)
    with c.quiet():
        c.admin.post("/price-preferences", {"attribute": "region_id", "value": s.region, "is_tax_inclusive": True})
        tax_region = c.admin.get("/tax-regions", {"country_code": s.country})["tax_regions.0.id"]
        shirt = make_product(c, s, "Shirt", 107.7)
        book = make_product(c, s, "Book", 19.9)
        third = make_product(c, s, "Third", 9.99)
    c.admin.post("/tax-rates", {"name": "Books", "code": "books", "rate": 2.5, "tax_region_id": tax_region, "rules": [{"reference": "product", "reference_id": book.id}]}, name="a rate for books")
    c.admin.post("/tax-rates", {"name": "Extra", "code": "extra", "rate": 1, "is_combinable": True, "tax_region_id": tax_region, "rules": [{"reference": "product", "reference_id": third.id}]}, name="a rate on top")
    c.store.get(f"/products/{shirt.id}", {"region_id": s.region, "country_code": s.country, "fields": "id,*variants.calculated_price"}, name="price of a product")
    c.store.get(f"/products/{third.id}", {"region_id": s.region, "country_code": s.country, "fields": "id,*variants.calculated_price"}, name="price with two rates")
    with c.quiet():
        for code, method in ((f"PCT{c.uid}", {"type": "percentage", "value": 15}), (f"FIX{c.uid}", {"type": "fixed", "value": 5, "currency_code": "chf"})):
            for inclusive in (False, True):
                id = c.admin.post("/promotions", {"code": code + ("I" if inclusive else ""), "type": "standard", "status": "active", "is_tax_inclusive": inclusive,
                                                  "application_method": {"target_type": "items", "allocation": "across", **method}})["promotion.id"]
                c.later(f"/promotions/{id}")
        free = c.admin.post("/promotions", {"code": f"SHIP{c.uid}", "type": "standard", "status": "active", "application_method": {"target_type": "shipping_methods", "allocation": "across", "type": "percentage", "value": 50}})["promotion.id"]
        c.later(f"/promotions/{free}")
    r = c.store.post("/carts", {"region_id": s.region, "email": f"{c.uid}@example.com", "shipping_address": address(s), "items": [{"variant_id": shirt.variant, "quantity": 1}]})
    path = f"/carts/{r['cart.id']}"
    c.store.post(f"{path}/line-items", {"variant_id": book.variant, "quantity": 3}, name="with books")
    c.store.post(f"{path}/line-items", {"variant_id": third.variant, "quantity": 7}, name="with two rates")
    c.store.post(f"{path}/shipping-methods", {"option_id": s.shipping}, name="with shipping")
    for code in ("PCT", "FIX"):
        for suffix in ("", "I"):
            c.store.post(path, {"promo_codes": [f"{code}{c.uid}{suffix}"]}, name=f"with {code}{suffix}")
    c.store.post(path, {"promo_codes": [f"PCT{c.uid}", f"FIX{c.uid}"]}, name="with two promotions")
    c.store.post(path, {"promo_codes": [f"SHIP{c.uid}"]}, name="with cheaper shipping")
    other = make_option(c, s, "Other", 3.33)
    c.store.post(f"{path}/shipping-methods", {"option_id": other}, name="with other shipping")
    c.store.post(path, {"shipping_address": {**address(s), "province": "x"}}, name="in a province")
    c.store.post(f"{path}/taxes", {}, name="taxes anew")
    pay(c, r["cart.id"])
    order = c.store.post(f"{path}/complete", name="complete")["order.id"]
    c.admin.get(f"/orders/{order}", {"fields": "id,total,subtotal,tax_total,discount_total,item_tax_total,shipping_tax_total,summary,*items,*items.tax_lines,*items.adjustments,*shipping_methods,*shipping_methods.tax_lines"}, name="the order")
