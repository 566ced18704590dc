from msgspec import Struct

from medusa.framework.http import Access, AuthContext, Email, FieldsQuery, Response, RouteFields, get, post
from src.workflows.vendors import NewVendor, create_vendor

VENDOR = RouteFields("vendor", "id,name,email")
IS_VENDOR = Access(actors=frozenset({"vendor"}))
BECOMING_VENDOR = Access(actors=frozenset({"vendor"}), unregistered=True)  # has an identity, is no vendor yet


class CreateVendor(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new vendor."""

    name: str
    email: Email


@post("/vendors", authenticate=BECOMING_VENDOR)
async def register_vendor(ctx: AuthContext, body: CreateVendor, query: FieldsQuery) -> Response:
    """Become a vendor."""
    identity = ctx.require_actor().auth_identity_id
    id = await ctx.run(create_vendor, NewVendor(name=body.name, email=body.email, auth_identity_id=identity))
    return await ctx.detail("vendor", VENDOR, id, query)


@get("/vendors/me", authenticate=IS_VENDOR)
async def retrieve_me(ctx: AuthContext, query: FieldsQuery) -> Response:
    """The vendor who asks."""
    return await ctx.detail("vendor", VENDOR, ctx.require_actor().actor_id, query)
