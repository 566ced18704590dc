from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, structs

from medusa.framework.http import AdminContext, FieldsQuery, ListQuery, Response, RouteFields, delete, get, post
from src.workflows.brands import BrandChange, NewBrand, create_brands, delete_brands, update_brand
from src.workflows.register_brand import RegisterBrand, register_brand

BRAND = RouteFields("brand", "id,name,country_code,metadata,created_at,updated_at")
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Country = Annotated[str, Meta(pattern="^[a-z]{2}$")]


class CreateBrand(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new brand; with ``register`` its name is put into the registry of brands first."""

    name: Name
    country_code: Country | None = None
    register: bool = False


class UpdateBrand(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes; the rest stays."""

    name: Name | UnsetType = UNSET
    country_code: Country | UnsetType | None = UNSET


@get("/admin/brands")
async def list_brands(ctx: AdminContext, query: ListQuery) -> Response:
    """List brands."""
    return await ctx.list("brands", BRAND, query)


@post("/admin/brands")
async def create_brand(ctx: AdminContext, body: CreateBrand, query: FieldsQuery) -> Response:
    """Create a brand."""
    if body.register:
        id = await ctx.run(register_brand, RegisterBrand(name=body.name, country_code=body.country_code))
    else:
        [id] = await ctx.run(create_brands, [NewBrand(name=body.name, country_code=body.country_code)])
    return await ctx.detail("brand", BRAND, id, query)


@get("/admin/brands/{id}")
async def retrieve_brand(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a brand."""
    return await ctx.detail("brand", BRAND, id, query)


@post("/admin/brands/{id}")
async def change_brand(ctx: AdminContext, id: str, body: UpdateBrand, query: FieldsQuery) -> Response:
    """Change a brand."""
    columns = {name: value for name, value in structs.asdict(body).items() if value is not UNSET}
    await ctx.run(update_brand, BrandChange(id=id, columns=columns))
    return await ctx.detail("brand", BRAND, id, query)


@delete("/admin/brands/{id}")
async def delete_brand(ctx: AdminContext, id: str) -> Response:
    """Delete a brand."""
    await ctx.run(delete_brands, [id])
    return ctx.deleted(id, "brand")
