"""A cart that changes: region, promotions added and given up, quantities, e-mail, addresses, metadata."""
from _shop import address, free_country, make_product, make_shop

MONEY = "id,currency_code,region_id,total,subtotal,tax_total,discount_total,discount_subtotal,item_total,item_subtotal,shipping_total,original_total,*items,*items.adjustments,*promotions"


def run(c):
    s = make_shop(c, "li", "usd", tax=10)
    free_country(c, "ad")
    with c.quiet():
        second = c.admin.post("/regions", {"name": f"Compare {c.uid} B", "currency_code": "eur", "countries": ["ad"], "payment_providers": ["pp_system_default"]})["region.id"]
        c.later(f"/regions/{second}")
        shirt = make_product(c, s, "Shirt", 40)
        mug = make_product(c, s, "Mug", 15)
        for product, amount in ((shirt, 36), (mug, 12.5)):
            c.admin.post(f"/products/{product.id}/variants/{product.variant}", {"prices": [{"currency_code": "usd", "amount": 40 if product is shirt else 15}, {"currency_code": "eur", "amount": amount}]})
        percent, fixed, foreign, soon = (f"{name}{c.uid}".upper() for name in ("PCT", "FIX", "EUR", "DRAFT"))

        def promotion(code, status="active", rules=(), **method):
            body = {"code": code, "type": "standard", "status": status, "application_method": {"target_type": "items", "allocation": "across", **method}, "rules": list(rules)}
            id = c.admin.post("/promotions", body)["promotion.id"]
            c.later(f"/promotions/{id}")
            return id

        promotion(percent, type="percentage", value=10)
        deleted = promotion(fixed, type="fixed", value=7, currency_code="usd")
        promotion(foreign, type="fixed", value=3, currency_code="eur", rules=[{"attribute": "currency_code", "operator": "eq", "values": ["eur"]}])
        promotion(soon, status="draft", type="percentage", value=50)
    r = c.store.post("/carts", {"region_id": s.region, "items": [{"variant_id": shirt.variant, "quantity": 1}], "metadata": {"a": 1}})
    cart = r["cart.id"]
    path, show = f"/carts/{cart}", {"fields": MONEY}
    c.store.post(path, {"email": f"{c.uid}@example.com", "shipping_address": address(s)})
    c.store.post(f"{path}/line-items", {"variant_id": mug.variant, "quantity": 2, "metadata": {"gift": True}})
    c.store.post(f"{path}/line-items", {"variant_id": mug.variant, "quantity": 1, "metadata": {"gift": True}}, name="the same again")
    c.store.post(f"{path}/line-items", {"variant_id": mug.variant, "quantity": 1}, name="the same without metadata")
    c.store.post(f"{path}/promotions", {"promo_codes": [percent]}, name="add a percentage")
    c.store.post(f"{path}/promotions", {"promo_codes": [fixed]}, name="add an amount")
    c.store.post(f"{path}/promotions", {"promo_codes": [percent]}, name="add one twice")
    c.store.post(f"{path}/promotions", {"promo_codes": ["NONE"]}, name="add an unknown one")
    c.store.post(f"{path}/promotions", {"promo_codes": [soon]}, name="add a draft")
    c.store.post(f"{path}/promotions", {"promo_codes": [foreign]}, name="add one for another currency")
    c.store.get(path, show, name="figures")
    c.store.delete(f"{path}/promotions", {"promo_codes": [percent]}, name="give up the percentage")
    c.store.delete(f"{path}/promotions", {"promo_codes": [percent]}, name="give it up twice")
    c.store.post(path, {"promo_codes": [percent]}, name="replace all codes")
    c.store.post(path, {"promo_codes": []}, name="no codes")
    c.store.post(path, {"promo_codes": [percent, fixed]}, name="both codes")
    with c.quiet():
        c.admin.delete(f"/promotions/{deleted}")
    c.store.post(path, {"metadata": {"a": "", "b": [1]}}, name="after the promotion was deleted")
    c.store.post(path, {"region_id": second}, name="change the region")
    c.store.get(path, show, name="figures in the other region")
    c.store.post(f"{path}/promotions", {"promo_codes": [foreign]}, name="the code for this currency")
    c.store.post(path, {"region_id": s.region}, name="back")
    c.store.get(path, show, name="figures after coming back")
    c.store.post(path, {"region_id": "reg_none"}, name="unknown region")
    c.store.post(path, {"email": "x"}, name="bad e-mail")
    c.store.post(path, {"email": None}, name="no e-mail")
    c.store.post(path, {"shipping_address": {"country_code": "zz"}}, name="unknown country")
    c.store.post(path, {"shipping_address": {"first_name": "Bob", "country_code": s.country}, "billing_address": {"city": "B", "country_code": s.country}}, name="change addresses")
    line = c.store.get(path, show)["cart.items.0.id"]
    c.store.post(f"{path}/line-items/{line}", {"quantity": 5}, name="change a quantity")
    c.store.post(f"{path}/line-items/{line}", {"quantity": 1, "metadata": {"note": "x"}}, name="change metadata of a line")
    c.store.post(f"{path}/line-items/{line}", {"quantity": 1000}, name="more than there is")
    c.store.post(f"{path}/line-items/cali_none", {"quantity": 1}, name="unknown line")
    c.store.delete(f"{path}/line-items/{line}", name="remove a line")
    c.store.delete(f"{path}/line-items/{line}", name="remove it twice")
    c.store.post(path, {"sales_channel_id": "sc_none"}, name="unknown sales channel")
    c.store.post(path, {"unknown": 1}, name="unknown field")
    c.store.post(path, {}, name="nothing to change")
    c.store.get(path, {"fields": "id,items.nothing"}, name="unknown field shown")
    c.store.get(path, {"fields": "id,*shipping_address,*region.countries"}, name="some relations")
    c.store.get(path, {"fields": "+metadata,-items"}, name="defaults without lines")
    c.store.get("/carts/cart_none", name="unknown cart")
    c.store.post("/carts", {"region_id": s.region, "promo_codes": [percent], "items": [{"variant_id": shirt.variant, "quantity": 2}]}, name="a new cart with a code")
    c.store.post("/carts", {"region_id": s.region, "country_code": s.country}, name="a new cart with an unknown field")
    c.store.post("/carts", {"region_id": s.region, "items": [{"variant_id": "variant_none", "quantity": 1}]}, name="a new cart with an unknown variant")
    c.store.post("/carts", {"region_id": s.region, "items": [{"variant_id": shirt.variant, "quantity": 101}]}, name="a new cart with too many")
