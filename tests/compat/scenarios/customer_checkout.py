"""A customer with stored addresses buys: cart of a guest taken over, orders seen, what others may not see."""
from _shop import address, make_product, make_shop, pay


def run(c):
    s = make_shop(c, "je", "pln", tax=25)
    with c.quiet():
        shirt = make_product(c, s, "Shirt", 80, stock=10)
    email = f"{c.uid}@example.com"

    def customer(mail):
        token = c.auth.post("/customer/emailpass/register", {"email": mail, "password": "secret"}, name="register")["token"]
        c.store.post("/customers", {"email": mail, "first_name": "Ada", "last_name": "L", "phone": "1"}, headers={"authorization": f"Bearer {token}"}, name="create customer")
        return {"authorization": f"Bearer {c.auth.post('/customer/emailpass', {'email': mail, 'password': 'secret'}, name='log in')['token']}"}

    guest = c.store.post("/carts", {"region_id": s.region, "email": "guest-" + email, "items": [{"variant_id": shirt.variant, "quantity": 1}]}, name="cart of a guest")["cart.id"]
    me = customer(email)
    c.store.post("/customers", {"email": email}, headers=me, name="customer twice")
    c.store.post("/customers/me", {"first_name": "Grace", "company_name": "Navy", "metadata": {"a": 1}}, headers=me)
    one = c.store.post("/customers/me/addresses", {**address(s), "address_name": "Home", "is_default_shipping": True}, headers=me)["customer.addresses.0.id"]
    c.store.post("/customers/me/addresses", {**address(s), "address_name": "Work", "is_default_shipping": True, "is_default_billing": True}, headers=me, name="another default address")
    c.store.get("/customers/me/addresses", headers=me)
    c.store.get("/customers/me/addresses", {"city": "Town", "limit": 1, "order": "address_name"}, headers=me, name="addresses of a town")
    c.store.get("/customers/me/addresses", {"q": "Work"}, headers=me, name="search addresses")
    c.store.get(f"/customers/me/addresses/{one}", headers=me)
    c.store.post(f"/customers/me/addresses/{one}", {"city": "Else", "is_default_billing": True}, headers=me)
    c.store.post(f"/customers/me/addresses/{one}", {"unknown": 1}, headers=me, name="unknown field of an address")
    c.store.get("/customers/me/addresses/cuaddr_none", headers=me, name="unknown address")
    c.store.get("/customers/me", {"fields": "id,email,*addresses"}, headers=me)
    c.store.post(f"/carts/{guest}/customer", headers=me, name="take the cart over")
    c.store.post(f"/carts/{guest}/customer", name="take the cart over as nobody")
    mine = c.store.post("/carts", {"region_id": s.region, "items": [{"variant_id": shirt.variant, "quantity": 2}]}, headers=me, name="cart of a customer")["cart.id"]
    path = f"/carts/{mine}"
    c.store.post(path, {"shipping_address": {**address(s)}, "billing_address": {**address(s), "first_name": "Bill"}}, headers=me, name="addresses")
    c.store.post(f"{path}/shipping-methods", {"option_id": s.shipping}, headers=me)
    c.store.post(f"{path}/complete", headers=me, name="complete without payment")
    pay(c, mine)
    order = c.store.post(f"{path}/complete", headers=me, name="complete")["order.id"]
    c.store.post(f"{path}/complete", headers=me, name="complete twice", ignore=["order"])
    c.store.get("/orders", headers=me)
    c.store.get("/orders", {"fields": "id,total,*items", "limit": 1, "order": "-created_at"}, headers=me, name="orders in short")
    c.store.get("/orders", {"status": "pending", "fields": "id,status"}, headers=me, name="open orders")
    c.store.get("/orders", name="orders of nobody")
    c.store.get(f"/orders/{order}", headers=me)
    c.store.get(f"/orders/{order}", {"fields": "id,total,*shipping_address,*customer"}, name="the order as nobody")
    c.store.get("/orders/order_none", headers=me, name="unknown order")
    other = customer(f"b-{email}")
    c.store.get("/orders", headers=other, name="orders of another customer")
    c.store.get(f"/customers/me/addresses/{one}", headers=other, name="address of another customer")
    c.store.delete(f"/customers/me/addresses/{one}", headers=other, name="delete the address of another customer")
    c.store.delete(f"/customers/me/addresses/{one}", headers=me)
    c.store.get("/customers/me", headers=me, name="myself")
    c.store.get("/customers/me", name="nobody")
    c.store.get("/customers/me", headers={"authorization": "Bearer x"}, name="a bad token")
    id = c.admin.get("/customers", {"email": email}, name="admin: by e-mail")["customers.0.id"]
    c.admin.get(f"/customers/{id}", {"fields": "id,email,has_account,*addresses,*groups,orders.total"}, name="admin: with orders")
    c.admin.get("/orders", {"customer_id": id, "fields": "id,email,total,status,payment_status,fulfillment_status"}, name="admin: orders of a customer")
    c.admin.get("/orders", {"q": email, "fields": "id,email"}, name="admin: search orders", ignore=["count"])
    c.admin.get(f"/inventory-items/{shirt.item}", {"fields": "id,stocked_quantity,reserved_quantity"}, name="admin: stock after the order")
