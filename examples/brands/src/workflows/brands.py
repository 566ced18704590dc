from msgspec import Struct

from medusa.framework.workflows import WorkflowContext, workflow
from src.modules.brand.models import Brand
from src.modules.brand.service import BrandService


class NewBrand(Struct, kw_only=True):
    """A brand to create."""

    name: str
    country_code: str | None = None


class BrandChange(Struct, kw_only=True):
    """What changes of a brand; ``columns`` by name."""

    id: str
    columns: dict[str, str | None]


@workflow("create-brands")
async def create_brands(ctx: WorkflowContext, data: list[NewBrand]) -> list[str]:
    """Create brands; their ids."""
    created = await ctx.service(BrandService).brands.create(ctx.session, data)
    ctx.emit("brand.created", [{"id": brand.id} for brand in created])
    return [brand.id for brand in created]


@workflow("update-brand")
async def update_brand(ctx: WorkflowContext, data: BrandChange) -> None:
    """Change a brand; NotFound where there is none."""
    await ctx.service(BrandService).brands.update(ctx.session, [{"id": data.id, **data.columns}])


@workflow("delete-brands")
async def delete_brands(ctx: WorkflowContext, ids: list[str]) -> None:
    """Delete brands, and their links."""
    await ctx.links.delete_of(ctx.session, Brand, ids)
    await ctx.service(BrandService).brands.soft_delete(ctx.session, ids)
