"""Which shipping options a cart is offered: rules, prices by cart total, profiles, zones; choosing and replacing."""
from _shop import RETURN_RULES, STORE_RULES, address, make_product, make_shop


def run(c):
    s = make_shop(c, "gi", "gbp", tax=10)

    def option(name, prices, rules=STORE_RULES, expected=200, **extra):
        body = {"name": f"{name} {c.uid}", "service_zone_id": s.zone, "shipping_profile_id": s.profile, "provider_id": "manual_manual", "price_type": "flat",
                "type": {"label": name, "description": name, "code": name.lower()}, "prices": prices, "rules": rules, **extra}
        return c.admin.post("/shipping-options", body, name=f"option {name}")["shipping_option.id"]

    by_total = option("Express", [{"currency_code": "gbp", "amount": 20},
                                  {"currency_code": "gbp", "amount": 0, "rules": [{"attribute": "item_total", "operator": "gte", "value": 100}]},
                                  {"currency_code": "gbp", "amount": 10, "rules": [{"attribute": "item_total", "operator": "gte", "value": 50}, {"attribute": "item_total", "operator": "lt", "value": 100}]}])
    by_region = option("Region", [{"currency_code": "gbp", "amount": 9}, {"region_id": s.region, "amount": 8}])
    other_currency = option("Yen", [{"currency_code": "jpy", "amount": 900}])
    hidden = option("Hidden", [{"currency_code": "gbp", "amount": 1}], [{"attribute": "enabled_in_store", "operator": "eq", "value": "false"}, {"attribute": "is_return", "operator": "eq", "value": "false"}])
    option("Back", [{"currency_code": "gbp", "amount": 1}], RETURN_RULES)
    option("Members", [{"currency_code": "gbp", "amount": 2}], [*STORE_RULES, {"attribute": "customer.email", "operator": "eq", "value": f"{c.uid}@example.com"}])
    option("Nobody", [{"currency_code": "gbp", "amount": 2}], [*STORE_RULES, {"attribute": "customer.email", "operator": "in", "value": ["a@b.c"]}])
    option("No type", [{"currency_code": "gbp", "amount": 2}], type=None)
    option("No price", [])
    option("Bad rule", [{"currency_code": "gbp", "amount": 2}], [{"attribute": "x", "operator": "like", "value": "y"}])
    option("Bad zone", [{"currency_code": "gbp", "amount": 2}], service_zone_id="serzo_none")
    option("Bad provider", [{"currency_code": "gbp", "amount": 2}], provider_id="none_none")
    option("Bad profile", [{"currency_code": "gbp", "amount": 2}], shipping_profile_id="sp_none")
    with c.quiet():
        profile = c.admin.post("/shipping-profiles", {"name": f"Heavy {c.uid}", "type": "heavy"})["shipping_profile.id"]
        c.later(f"/shipping-profiles/{profile}")
        shirt = make_product(c, s, "Shirt", 30)
        anvil = make_product(c, s, "Anvil", 60, shipping_profile_id=profile)
    freight = option("Freight", [{"currency_code": "gbp", "amount": 50}], shipping_profile_id=profile)
    with c.quiet():
        cart = c.store.post("/carts", {"region_id": s.region, "email": f"{c.uid}@example.com", "items": [{"variant_id": shirt.variant, "quantity": 1}]})["cart.id"]
    path = f"/carts/{cart}"
    c.store.get("/shipping-options", {"cart_id": cart}, name="options without address")
    with c.quiet():
        c.store.post(path, {"shipping_address": address(s)})
    c.store.get("/shipping-options", {"cart_id": cart}, name="options of a small cart")
    c.store.get("/shipping-options", {"cart_id": cart, "is_return": "true"}, name="ways to send back")
    c.store.get("/shipping-options", {"cart_id": "cart_none"}, name="options of an unknown cart")
    c.store.get("/shipping-options", name="options of no cart")
    c.store.get("/shipping-options", {"cart_id": cart, "unknown": 1}, name="unknown parameter")
    c.store.get("/shipping-options", {"cart_id": cart, "fields": "id,name,amount"}, name="some fields")
    c.store.post(f"{path}/shipping-methods", {"option_id": by_total}, name="choose by total")
    with c.quiet():
        line = c.store.get(path)["cart.items.0.id"]
    c.store.post(f"{path}/line-items/{line}", {"quantity": 2}, name="a bigger cart ships cheaper")
    c.store.post(f"{path}/line-items/{line}", {"quantity": 4}, name="a big cart ships for nothing")
    c.store.get("/shipping-options", {"cart_id": cart}, name="options of a big cart")
    c.store.post(f"{path}/shipping-methods", {"option_id": by_region, "data": {"note": 1}}, name="replace the method")
    for name, id in (("hidden", hidden), ("for another currency", other_currency), ("unknown", "so_none"), ("of another profile", freight)):
        c.store.post(f"{path}/shipping-methods", {"option_id": id}, name=f"choose one that is {name}")
    c.store.post(f"{path}/line-items", {"variant_id": anvil.variant, "quantity": 1}, name="add a thing of another profile")
    c.store.get("/shipping-options", {"cart_id": cart}, name="options of two profiles")
    c.store.post(f"{path}/shipping-methods", {"option_id": freight}, name="a method for each profile")
    c.store.delete(f"{path}/line-items/{line}", name="remove what the first method is for")
    c.store.get(path, {"fields": "id,*shipping_methods,shipping_total,total"}, name="methods that are left")
    c.store.post(path, {"shipping_address": {**address(s), "country_code": "zz"}}, name="an address elsewhere")
    c.admin.get("/shipping-options", {"service_zone_id": s.zone, "order": "name", "fields": "id,name,*rules,*prices"}, name="admin: of a zone", ignore=["shipping_options[].prices[].price_set"])
    c.admin.get("/shipping-options", {"shipping_profile_id": profile, "fields": "id,name"}, name="admin: of a profile")
    c.admin.get("/shipping-options", {"stock_location_id": s.location, "fields": "id,name"}, name="admin: of a location")
    c.admin.get("/shipping-options", {"q": f"Express {c.uid}", "fields": "id,name"}, name="admin: search")
