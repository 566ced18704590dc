"""Products as a storefront asks for them: search, filters, order, paging, fields, prices, stock."""
from _shop import make_product, make_shop


def run(c):
    s = make_shop(c, "mc", "eur", tax=20)
    with c.quiet():
        collection = c.admin.post("/collections", {"title": f"Summer {c.uid}"})["collection.id"]
        kind = c.admin.post("/product-types", {"value": f"Kind {c.uid}"})["product_type.id"]
        tag = c.admin.post("/product-tags", {"value": f"Tag {c.uid}"})["product_tag.id"]
        other = c.admin.post("/product-tags", {"value": f"Other {c.uid}"})["product_tag.id"]
        shirt = make_product(c, s, "Alpha", 30, stock=5, collection_id=collection, tags=[{"id": tag}], subtitle="Cotton", description="Soft and warm")
        mug = make_product(c, s, "Beta", 10, manage=False, type_id=kind, tags=[{"id": tag}, {"id": other}], weight=250)
        hat = make_product(c, s, "Gamma", 20, stock=0, collection_id=collection, type_id=kind, discountable=False)
        draft = make_product(c, s, "Delta", 5, status="draft")
        option = c.admin.get(f"/products/{shirt.id}", {"fields": "id,*options,*options.values"})
        handle = c.admin.get(f"/products/{mug.id}")["product.handle"]
    page = {"q": c.uid, "fields": "id,title,handle"}
    c.store.get("/products", page, name="search")
    c.store.get("/products", {**page, "q": f"alpha {c.uid}"}, name="search for two words")
    c.store.get("/products", {**page, "q": f"ALPHA-{c.uid}"}, name="search for a SKU")
    c.store.get("/products", {**page, "q": "soft and warm", "collection_id": collection}, name="search a description")
    c.store.get("/products", {"q": f"nothing {c.uid} at all"}, name="search finds nothing")
    for order in ("title", "-title", "created_at", "-created_at", "handle", "-updated_at", "id"):
        c.store.get("/products", {**page, "order": order}, name=f"order {order}")
    c.store.get("/products", {**page, "order": "title", "limit": 2}, name="first page")
    c.store.get("/products", {**page, "order": "title", "limit": 2, "offset": 2}, name="second page")
    c.store.get("/products", {**page, "limit": 0}, name="no page")
    c.store.get("/products", {**page, "offset": 100}, name="past the end")
    c.store.get("/products", {**page, "order": "collection.title"}, name="order by a relation")
    c.store.get("/products", {**page, "order": "nothing"}, name="order by an unknown field")
    c.store.get("/products", {**page, "limit": "x"}, name="bad limit")
    c.store.get("/products", {**page, "limit": -1}, name="negative limit")
    c.store.get("/products", {**page, "collection_id": collection}, name="collection")
    c.store.get("/products", {**page, "collection_id[]": [collection, "pcol_none"]}, name="collections")
    c.store.get("/products", {**page, "collection_id[0]": collection, "type_id[0]": kind}, name="collection and type, with index")
    c.store.get("/products", {**page, "tag_id": tag}, name="tag")
    c.store.get("/products", {**page, "tag_id[]": [tag, other]}, name="tags")
    c.store.get("/products", {**page, "type_id": kind}, name="type")
    c.store.get("/products", {**page, "handle": handle}, name="handle")
    c.store.get("/products", {**page, "id[]": [shirt.id, mug.id]}, name="ids")
    c.store.get("/products", {**page, "id[0]": shirt.id, "id[1]": hat.id}, name="ids with index")
    c.store.get("/products", {**page, "id": draft.id}, name="a draft")
    c.store.get("/products", {**page, "is_giftcard": "true"}, name="gift cards")
    c.store.get("/products", {**page, "title": f"Alpha {c.uid}"}, name="title")
    c.store.get("/products", {**page, "created_at[$gte]": "2020-01-01", "created_at[$lt]": "2100-01-01"}, name="created between")
    c.store.get("/products", {**page, "created_at[$gt]": "2100-01-01"}, name="created after")
    c.store.get("/products", {**page, "updated_at[$lte]": "2100-01-01T00:00:00Z"}, name="updated before")
    c.store.get("/products", {**page, "option_value_id": option["product.options.0.values.0.id"]}, name="option value")
    c.store.get("/products", {**page, "option_id": option["product.options.0.id"]}, name="option")
    c.store.get("/products", {**page, "variants[sku]": f"Beta-{c.uid}"}, name="SKU of a variant")
    c.store.get("/products", {**page, "sales_channel_id": s.channel}, name="sales channel")
    c.store.get("/products", {**page, "sales_channel_id": "sc_none"}, name="another sales channel")
    c.store.get("/products", {**page, "unknown": "1"}, name="unknown parameter")
    c.store.get("/products", {**page, "status": "draft"}, name="status")
    for fields in ("id,title", "*variants", "+metadata", "-description,-images", "id,variants.sku", "id,*variants.options", "id,variants.prices.amount", "*collection,id", "id,+collection_id",
                   "id,*tags,*type", "id,categories.name", "*categories", "id,sales_channels.name", "nothing", "id,nothing", "id,*nothing", "id,images.url,thumbnail", "id,variants.metadata", "status"):
        c.store.get("/products", {"q": f"Alpha {c.uid}", "fields": fields}, name=f"fields {fields}")
    priced = {"q": c.uid, "order": "title", "region_id": s.region, "fields": "id,title,*variants.calculated_price"}
    c.store.get("/products", priced, name="prices")
    c.store.get("/products", {**priced, "country_code": s.country}, name="prices with tax")
    c.store.get("/products", {**priced, "country_code": s.country, "province": "x"}, name="prices with tax of a province")
    c.store.get("/products", {**priced, "region_id": "reg_none"}, name="prices in an unknown region")
    c.store.get("/products", {"q": c.uid, "fields": "id,*variants.calculated_price"}, name="prices without region")
    c.store.get("/products", {"q": c.uid, "fields": "id,title,+variants.inventory_quantity", "order": "title"}, name="stock")
    c.store.get("/products", {**priced, "fields": "id,variants.id,*variants.calculated_price,+variants.inventory_quantity"}, name="prices and stock")
    c.store.get(f"/products/{shirt.id}", name="detail")
    c.store.get(f"/products/{shirt.id}", {"region_id": s.region}, name="detail with prices")
    c.store.get(f"/products/{hat.id}", {"region_id": s.region, "country_code": s.country, "fields": "+variants.inventory_quantity"}, name="detail with tax and stock")
    c.store.get(f"/products/{draft.id}", name="detail of a draft")
    c.store.get(f"/products/{shirt.id}", {"fields": "id,nothing"}, name="detail, unknown field")
    c.store.get(f"/products/{shirt.id}", {"limit": 1}, name="detail, unknown parameter")
    c.store.get("/collections", {"id": collection})
    c.store.get(f"/collections/{collection}", {"fields": "id,title"})
    c.store.get("/product-tags", {"id[]": [tag, other], "order": "value"})
    c.store.get("/product-types", {"id": kind})
