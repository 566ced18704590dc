"""Products by category: a tree, its children and ancestors, hidden branches, moving."""
from _shop import make_product, make_shop


def run(c):
    s = make_shop(c, "sm", "eur")

    def category(name, **extra):
        return c.admin.post("/product-categories", {"name": f"{name} {c.uid}", "handle": f"{name}-{c.uid}".lower(), "is_active": True, **extra})["product_category.id"]

    with c.quiet():
        root = category("Clothes")
        men = category("Men", parent_category_id=root)
        women = category("Women", parent_category_id=root, description="For her", metadata={"a": 1})
        shirts = category("Shirts", parent_category_id=men)
        hidden = category("Staff", parent_category_id=root, is_internal=True)
        asleep = category("Asleep", parent_category_id=root, is_active=False)
        one = make_product(c, s, "One", 1, categories=[{"id": shirts}])
        two = make_product(c, s, "Two", 2, categories=[{"id": men}, {"id": women}])
        make_product(c, s, "Three", 3, categories=[{"id": hidden}])
        make_product(c, s, "Four", 4, categories=[{"id": asleep}])
    fields = "id,name,handle,parent_category_id"
    for name, id in (("root", root), ("men", men), ("shirts", shirts), ("hidden", hidden), ("inactive", asleep)):
        c.store.get("/products", {"category_id": id, "fields": "id,title"}, name=f"products of {name}")
    c.store.get("/products", {"category_id[]": [shirts, women], "fields": "id,title"}, name="products of two")
    c.store.get("/products", {"category_id": "pcat_none", "fields": "id"}, name="products of none")
    c.store.get("/products", {"q": c.uid, "fields": "id,title,*categories"}, name="categories of products")
    c.store.get(f"/products/{two.id}", {"fields": "id,*categories"}, name="categories of a product")
    c.store.get(f"/products/{one.id}", {"fields": "id,categories.name"}, name="names of its categories")
    c.store.get("/product-categories", {"q": c.uid, "fields": fields}, name="search")
    c.store.get("/product-categories", {"parent_category_id": root, "fields": fields}, name="children")
    c.store.get("/product-categories", {"parent_category_id": "null", "handle": f"clothes-{c.uid}", "fields": fields}, name="roots")
    c.store.get("/product-categories", {"handle": f"women-{c.uid}"}, name="by handle", ignore=["product_categories[].parent_category.rank"])
    c.store.get("/product-categories", {"id[]": [root, men], "order": "name"}, name="by id in order", ignore=["product_categories[].rank", "product_categories[].parent_category.rank"])
    c.store.get("/product-categories", {"id": root, "include_descendants_tree": "true", "fields": "id,name,rank"}, name="descendants", ignore=["product_categories[].rank"])
    c.store.get("/product-categories", {"id": shirts, "include_ancestors_tree": "true", "fields": "id,name"}, name="ancestors")
    c.store.get(f"/product-categories/{shirts}", {"include_ancestors_tree": True}, name="detail with ancestors", ignore=["product_category.parent_category.parent_category.rank"])
    c.store.get(f"/product-categories/{root}", {"include_descendants_tree": True, "fields": "id,name"}, name="detail with descendants")
    c.store.get(f"/product-categories/{root}", {"fields": "id,*category_children"}, name="detail with children", ignore=["product_category.category_children[].rank"])
    c.store.get(f"/product-categories/{women}", {"fields": "id,*products"}, name="its products")
    c.store.get(f"/product-categories/{hidden}", name="hidden category")
    c.store.get(f"/product-categories/{asleep}", name="inactive category")
    c.store.get("/product-categories/pcat_none", name="unknown category")
    c.store.get("/product-categories", {"unknown": 1}, name="unknown parameter")
    c.admin.get("/product-categories", {"q": c.uid, "include_descendants_tree": "true", "fields": "id,name", "parent_category_id": "null"}, name="admin: tree")
    c.admin.get("/product-categories", {"is_active": "false", "q": c.uid, "fields": fields}, name="admin: inactive")
    c.admin.get("/product-categories", {"is_internal": "true", "q": c.uid, "fields": fields}, name="admin: hidden")
    c.admin.get("/products", {"category_id": men, "fields": "id,title"}, name="admin: products of a category")
    c.admin.get("/products", {"category_id[]": [men, shirts], "order": "title", "fields": "id,title"}, name="admin: products of two categories")
    c.admin.post(f"/product-categories/{shirts}", {"parent_category_id": women}, {"fields": "id,parent_category_id"}, name="move")
    c.store.get(f"/product-categories/{root}", {"include_descendants_tree": True, "fields": "id,name"}, name="after the move")
    c.admin.delete(f"/product-categories/{root}", name="delete with children")
    c.admin.delete(f"/product-categories/{shirts}", name="delete a leaf")
    c.store.get("/products", {"category_id": shirts, "fields": "id"}, name="products of the deleted")
    c.admin.post(f"/product-categories/{root}", {"parent_category_id": men}, name="below itself")
