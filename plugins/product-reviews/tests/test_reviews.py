"""Reviews over HTTP, as storefronts and the shop's staff use them."""

import asyncio
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from medusa.framework.app import App
from medusa.framework.config import PluginConfig
from medusa.framework.events import Event, Subscriber
from medusa.framework.http.discovery import discover
from medusa.framework.ids import ulid
from medusa.framework.testing.clients import Client
from medusa.framework.testing.shop import Goods, Shop, make_shop
from medusa.framework.worker import Worker

from medusa_product_reviews import plugin
from medusa_product_reviews.workflows.create_review import create_review


class Buyer:
    """A customer who is logged in."""

    def __init__(self, shop: Shop, id: str, token: str) -> None:
        self.shop, self.id = shop, id
        self.headers: dict[str, Any] = {"authorization": f"Bearer {token}"}

    async def buy(self, goods: Goods) -> str:
        """Order one; the order's id."""
        cart = await self.shop.ready_cart((goods, 1))
        await self.shop.store.post(f"/carts/{cart}/customer", **self.headers)
        return str((await self.shop.store.post(f"/carts/{cart}/complete", **self.headers))["order"]["id"])

    async def review(self, goods: Goods, rating: int, *, expect: int = 200, **more: Any) -> Any:
        body = {"rating": rating, "text": "Wears well", **more}
        return await self.shop.store.post(f"/products/{goods.id}/reviews", body, expect=expect, **self.headers)


@pytest.fixture
async def shop(admin: Client, store: Client) -> Shop:
    return await make_shop(admin, store)


async def register(shop: Shop, visitor: Client, first_name: str = "Ada", last_name: str = "Lovelace") -> Buyer:
    login = {"email": f"{ulid().lower()}@example.com", "password": "correct-horse"}
    token = (await visitor.post("/auth/customer/emailpass/register", login))["token"]
    body = {"email": login["email"], "first_name": first_name, "last_name": last_name}
    made = await shop.store.post("/customers", body, authorization=f"Bearer {token}")
    token = (await visitor.post("/auth/customer/emailpass", login))["token"]
    return Buyer(shop, made["customer"]["id"], token)


async def rated(shop: Shop, visitor: Client, goods: Goods, *ratings: int) -> list[str]:
    """Reviews of as many customers; their ids."""
    ids: list[str] = []
    for rating in ratings:
        buyer = await register(shop, visitor)
        await buyer.buy(goods)
        ids.append((await buyer.review(goods, rating))["review"]["id"])
    return ids


def configure(app: App, monkeypatch: pytest.MonkeyPatch, **options: Any) -> None:
    """Other options for one test."""
    plugins = {plugin.name: PluginConfig(options=options)}
    monkeypatch.setattr(app, "config", replace(app.config, plugins=plugins))


async def test_an_approved_review_is_shown_with_the_average_in_one_statement(
    shop: Shop, visitor: Client, statements: list[str]
) -> None:
    shirt = await shop.product(20)
    await rated(shop, visitor, shirt, 5, 4)
    statements.clear()
    page = await shop.store.get(f"/products/{shirt.id}/reviews", {"order": "-rating"})
    assert len(statements) == 1
    assert (page["average_rating"], page["count"]) == (Decimal("4.5"), 2)
    assert page["rating_counts"] == {"1": 0, "2": 0, "3": 0, "4": 1, "5": 1}
    assert [review["rating"] for review in page["reviews"]] == [5, 4]
    assert page["reviews"][0].keys() == {"id", "author", "rating", "title", "text", "created_at"}
    assert page["reviews"][0]["author"] == "Ada L."


async def test_reviews_are_paged_filtered_and_sorted(shop: Shop, visitor: Client) -> None:
    shirt = await shop.product(20)
    ids = await rated(shop, visitor, shirt, 5, 4, 5)
    path = f"/products/{shirt.id}/reviews"
    page = await shop.store.get(path, {"limit": 1, "offset": 1})
    assert ([each["id"] for each in page["reviews"]], page["count"], page["offset"]) == ([ids[1]], 3, 1)
    fives = await shop.store.get(path, {"rating": 5, "order": "created_at"})
    assert ([each["id"] for each in fives["reviews"]], fives["count"]) == ([ids[0], ids[2]], 2)
    assert fives["rating_counts"]["4"] == 1  # the counts are those of all reviews
    nothing = await shop.store.get(f"/products/{(await shop.product(5)).id}/reviews")
    assert (nothing["reviews"], nothing["count"], nothing["average_rating"]) == ([], 0, None)
    for wrong in ({"rating": 6}, {"order": "text"}, {"limit": 101}, {"color": "red"}):
        await shop.store.get(path, wrong, expect=400)
    await shop.store.get("/products/prod_none/reviews", expect=404)


async def test_products_show_their_ratings_where_they_are_asked_for(
    shop: Shop, admin: Client, visitor: Client, statements: list[str]
) -> None:
    shirt, unrated = await shop.product(20), await shop.product(20)
    await rated(shop, visitor, shirt, 4, 5, 1)
    asked = {"fields": "id,average_rating,review_count,*reviews", "id[]": [shirt.id, unrated.id], "order": "created_at"}
    statements.clear()
    listed = (await shop.store.get("/products", asked))["products"]
    assert len(statements) == 1
    assert [(one["average_rating"], one["review_count"]) for one in listed] == [(Decimal("4.5"), 2), (None, 0)]
    assert [review["rating"] for review in listed[0]["reviews"]] == [4, 5]
    assert "customer_id" not in listed[0]["reviews"][0]
    assert listed[1]["reviews"] == []

    plain = (await shop.store.get(f"/products/{shirt.id}"))["product"]
    assert not {"average_rating", "reviews"} & plain.keys()
    more = (await shop.store.get(f"/products/{shirt.id}", {"fields": "+average_rating"}))["product"]
    assert (more["average_rating"], more["title"]) == (Decimal("4.5"), plain["title"])
    staff = (await admin.get(f"/products/{shirt.id}", {"fields": "id,average_rating,rating_counts"}))["product"]
    assert staff["rating_counts"]["1"] == 0  # one star waits for moderation


async def test_only_buyers_review_and_only_once(shop: Shop, visitor: Client, admin: Client) -> None:
    shirt, other = await shop.product(20), await shop.product(20)
    buyer = await register(shop, visitor)
    refused = await buyer.review(shirt, 5, expect=400)
    assert refused == {"type": "not_allowed", "message": "Only customers who bought the product can review it"}
    order = await buyer.buy(shirt)
    await buyer.review(other, 5, expect=400)
    review = (await buyer.review(shirt, 5, title="Good"))["review"]
    assert (review["status"], review["title"], review["author"]) == ("approved", "Good", "Ada L.")
    again = await buyer.review(shirt, 1, expect=422)
    assert (again["type"], again["message"]) == ("duplicate_error", "You have reviewed this product already")
    found = (await admin.get(f"/reviews/{review['id']}", {"fields": "*,*order,product.title"}))["review"]
    assert (found["order_id"], found["order"]["id"], found["customer_id"]) == (order, order, buyer.id)
    assert found["product"]["title"].startswith("Product")


async def test_a_canceled_order_is_no_purchase(shop: Shop, visitor: Client, admin: Client) -> None:
    shirt = await shop.product(20)
    buyer = await register(shop, visitor)
    await admin.post(f"/orders/{await buyer.buy(shirt)}/cancel")
    await buyer.review(shirt, 5, expect=400)


async def test_a_review_is_shown_as_it_was_written(shop: Shop, visitor: Client, admin: Client) -> None:
    shirt = await shop.product(20)
    buyer = await register(shop, visitor, first_name=" Zoë ", last_name=" ")
    await buyer.buy(shirt)
    written = (await buyer.review(shirt, 5, title="<b>", text="<script>alert(1)</script> 😀"))["review"]
    [shown] = (await shop.store.get(f"/products/{shirt.id}/reviews"))["reviews"]
    assert shown == {name: written[name] for name in ("id", "author", "rating", "title", "text", "created_at")}
    assert (shown["author"], shown["text"]) == ("Zoë", "<script>alert(1)</script> 😀")


async def test_two_reviews_at_once_are_one(shop: Shop, visitor: Client) -> None:
    shirt = await shop.product(20)
    buyer = await register(shop, visitor)
    await buyer.buy(shirt)
    body, path = {"rating": 5, "text": "Twice"}, f"/store/products/{shirt.id}/reviews"
    answers = await asyncio.gather(
        *(shop.store.http.post(path, json=body, headers=buyer.headers) for _ in range(4)), return_exceptions=False
    )
    assert sorted(answer.status_code for answer in answers)[:1] == [200]
    assert sum(answer.status_code == 200 for answer in answers) == 1
    assert (await shop.store.get(f"/products/{shirt.id}/reviews"))["count"] == 1


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"rating": 0, "text": "x"}, "rating"),
        ({"rating": 6, "text": "x"}, "rating"),
        ({"rating": 4.5, "text": "x"}, "rating"),
        ({"rating": 5}, "text"),
        ({"rating": 5, "text": ""}, "text"),
        ({"rating": 5, "text": " \n"}, "text"),
        ({"rating": 5, "text": "x" * 5001}, "text"),
        ({"rating": 5, "text": "x", "title": "y" * 121}, "title"),
        ({"rating": 5, "text": "x", "status": "approved"}, "status"),
    ],
)
async def test_what_is_no_review_is_refused(
    shop: Shop, visitor: Client, body: dict[str, Any], message: str, admin: Client
) -> None:
    buyer, shirt = await register(shop, visitor), await shop.product(20)
    await buyer.buy(shirt)
    answer = await shop.store.post(f"/products/{shirt.id}/reviews", body, expect=400, **buyer.headers)
    assert answer["type"] == "invalid_data"
    assert message in answer["message"]
    assert (await admin.get("/reviews", {"product_id": shirt.id}))["count"] == 0


async def test_few_stars_wait_until_somebody_approves(shop: Shop, visitor: Client, admin: Client) -> None:
    shirt = await shop.product(20)
    [id] = await rated(shop, visitor, shirt, 2)
    path = f"/products/{shirt.id}/reviews"
    assert (await shop.store.get(path))["count"] == 0
    waiting = await admin.get("/reviews", {"status": "pending", "product_id": shirt.id, "fields": "id,status"})
    assert waiting == {"reviews": [{"id": id, "status": "pending"}], "count": 1, "offset": 0, "limit": 20}

    approved = (await admin.post(f"/reviews/{id}", {"status": "approved"}))["review"]
    assert approved["status"] == "approved"
    assert (await shop.store.get(path))["average_rating"] == 2
    await admin.post("/reviews/status", {"ids": [id], "status": "rejected"})
    assert (await shop.store.get(path))["count"] == 0
    await admin.post(f"/reviews/{id}", {"status": "lovely"}, expect=400)
    await admin.post("/reviews/status", {"ids": [id, "rev_none"], "status": "approved"}, expect=404)
    assert (await admin.get(f"/reviews/{id}"))["review"]["status"] == "rejected"


async def test_staff_lists_with_filters_fields_and_pages(shop: Shop, visitor: Client, admin: Client) -> None:
    shirt = await shop.product(20)
    ids = await rated(shop, visitor, shirt, 5, 3, 1)
    mine = {"product_id": shirt.id, "fields": "id"}

    async def listed(**filters: Any) -> list[str]:
        return [review["id"] for review in (await admin.get("/reviews", {**mine, **filters}))["reviews"]]

    assert await listed() == ids[::-1]
    assert await listed(**{"rating[$gte]": 3, "order": "rating"}) == [ids[1], ids[0]]
    assert await listed(**{"status[]": ["approved"]}) == ids[:1]
    assert await listed(q="wears", limit=1, offset=1) == [ids[1]]
    assert await listed(**{"created_at[$lt]": "2020-01-01"}) == []
    assert (await admin.delete(f"/reviews/{ids[0]}")) == {"id": ids[0], "object": "review", "deleted": True}
    assert await listed() == [ids[2], ids[1]]
    await admin.get(f"/reviews/{ids[0]}", expect=404)
    await visitor.get("/admin/reviews", expect=401)


async def test_what_the_shop_decides(shop: Shop, visitor: Client, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    shirt = await shop.product(20)
    buyer = await register(shop, visitor)
    configure(app, monkeypatch, purchase_required=False)
    assert (await buyer.review(shirt, 5))["review"]["status"] == "pending"
    configure(app, monkeypatch, purchase_required=False, auto_approve=True)
    other = await register(shop, visitor)
    assert (await other.review(shirt, 1))["review"]["status"] == "approved"


async def test_events_say_what_happened(shop: Shop, visitor: Client, admin: Client, app: App) -> None:
    heard: list[tuple[str, str]] = []

    async def listen(event: Event, app: App) -> None:
        heard.append((event.name, event.data["id"]))

    names = ("review.created", "review.approved", "review.rejected")
    app.events.add(Subscriber("test.listen", names, listen, 1))
    try:
        shirt = await shop.product(20)
        good, bad = await rated(shop, visitor, shirt, 5, 1)
        await admin.post(f"/reviews/{bad}", {"status": "rejected"})
        await admin.post(f"/reviews/{bad}", {"status": "rejected"})  # nothing changes: nothing is said
        await Worker(app).run_until_idle()
    finally:
        app.events.remove("test.listen")
    expected = [("review.approved", good), ("review.created", bad), ("review.created", good), ("review.rejected", bad)]
    assert sorted(heard) == sorted(expected)


async def test_customers_see_and_take_back_their_own(shop: Shop, visitor: Client, admin: Client) -> None:
    shirt = await shop.product(20)
    buyer, other = await register(shop, visitor), await register(shop, visitor)
    await buyer.buy(shirt)
    review = (await buyer.review(shirt, 1))["review"]
    path = "/customers/me/reviews"
    own = (await shop.store.get(path, {"fields": "id,status,product.id"}, **buyer.headers))["reviews"]
    assert [(one["id"], one["status"], one["product"]["id"]) for one in own] == [(review["id"], "pending", shirt.id)]
    assert (await shop.store.get(path, **other.headers))["count"] == 0
    await shop.store.delete(f"{path}/{review['id']}", expect=404, **other.headers)
    await shop.store.delete(f"{path}/{review['id']}", **buyer.headers)
    assert (await admin.get("/reviews", {"product_id": shirt.id}))["count"] == 0
    assert (await buyer.review(shirt, 4))["review"]["id"] != review["id"]  # another one may follow
    await shop.store.get(path, expect=401)
    await shop.store.post(f"/products/{shirt.id}/reviews", {"rating": 5, "text": "x"}, expect=401)


async def test_a_deleted_customer_is_forgotten_and_a_deleted_product_takes_its_reviews_along(
    shop: Shop, visitor: Client, admin: Client, app: App
) -> None:
    shirt = await shop.product(20, manage=False)
    buyer = await register(shop, visitor)
    await buyer.buy(shirt)
    review = (await buyer.review(shirt, 5))["review"]
    await admin.delete(f"/customers/{buyer.id}")
    await Worker(app).run_until_idle()
    assert (await admin.get(f"/reviews/{review['id']}"))["review"]["author"] is None
    await admin.delete(f"/products/{shirt.id}")
    await admin.get(f"/reviews/{review['id']}", expect=404)


def test_the_readme_has_all_routes_options_and_hooks(app: App) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    ours = [
        route
        for route in discover(app.config.root, plugins=app.plugins).routes
        if route.module.startswith("medusa_product_reviews.")
    ]
    named = set(re.findall(r"^\| `((?:GET|POST|DELETE) /[^`]+)` \|", readme, re.MULTILINE))
    assert named == {f"{route.method} {route.path}" for route in ours}
    assert set(re.findall(r"^\| `(\w+)` \| `", readme, re.MULTILINE)) == set(plugin.options_type.__struct_fields__)
    assert all(f"`{hook}(" in readme for hook in create_review.hook_names)


async def test_the_dashboard_is_told(admin: Client) -> None:
    assert await admin.get("/plugins") == {"plugins": [{"name": "medusa-product-reviews"}]}
