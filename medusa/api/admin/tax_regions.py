"""Tax regions."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from medusa.api.answers import detail_or_nothing
from medusa.framework.errors import InvalidData
from medusa.framework.http import (
    AdminContext,
    DateFilter,
    FieldsQuery,
    ListQuery,
    OperatorFilter,
    Response,
    RouteFields,
    StringOrList,
    delete,
    get,
    post,
)
from medusa.workflows.tax.tax_regions import create_tax_regions, delete_tax_regions, update_tax_region
from medusa.workflows.tax.types import CreateTaxRegion, TaxRegionChanges, UpdateTaxRegion

TAX_REGION = RouteFields(
    "tax_region",
    "id,country_code,province_code,parent_id,provider_id,created_by,created_at,updated_at,deleted_at,metadata,"
    "*children,*children.tax_rates,*children.tax_rates.rules,*parent,*tax_rates,*tax_rates.rules",
)

# Of a page that holds parents and their provinces, the contract shows the parents' rates as well.
TAX_REGIONS = RouteFields("tax_region", f"{TAX_REGION.defaults},*parent.tax_rates,*parent.tax_rates.rules")


class TaxRegionsQuery(ListQuery, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Filters of tax regions."""

    limit: int = 20
    id: StringOrList | UnsetType = UNSET
    country_code: OperatorFilter | UnsetType = UNSET
    province_code: OperatorFilter | UnsetType = UNSET
    parent_id: OperatorFilter | UnsetType = UNSET
    created_by: StringOrList | UnsetType = UNSET
    created_at: DateFilter | UnsetType = UNSET
    updated_at: DateFilter | UnsetType = UNSET
    deleted_at: DateFilter | UnsetType = UNSET

    def filters(self) -> dict[str, object]:
        found = super().filters()
        return {
            name: None if name in ("province_code", "parent_id") and value == "null" else value
            for name, value in found.items()
        }


@get("/admin/tax-regions")
async def list_tax_regions(ctx: AdminContext, query: TaxRegionsQuery) -> Response:
    """List tax regions."""
    together = query.parent_id is UNSET
    return await ctx.list("tax_regions", TAX_REGIONS if together else TAX_REGION, query)


@post("/admin/tax-regions")
async def create_tax_region(ctx: AdminContext, body: CreateTaxRegion, query: FieldsQuery) -> Response:
    """Create a tax region."""
    if not body.parent_id and not body.provider_id:
        raise InvalidData("Invalid request: Provider is required when creating a non-province tax region.")
    [id] = await ctx.run(create_tax_regions, [body])
    return await ctx.detail("tax_region", TAX_REGION, id, query)


@get("/admin/tax-regions/{id}")
async def retrieve_tax_region(ctx: AdminContext, id: str, query: FieldsQuery) -> Response:
    """Retrieve a tax region."""
    return await detail_or_nothing(ctx, "tax_region", TAX_REGION, id, query)


@post("/admin/tax-regions/{id}")
async def change_tax_region(ctx: AdminContext, id: str, body: TaxRegionChanges, query: FieldsQuery) -> Response:
    """Change a tax region."""
    await ctx.run(update_tax_region, UpdateTaxRegion(id=id, update=body))
    return await ctx.detail("tax_region", TAX_REGION, id, query)


@delete("/admin/tax-regions/{id}")
async def delete_tax_region(ctx: AdminContext, id: str) -> Response:
    """Delete a tax region."""
    await ctx.run(delete_tax_regions, [id])
    return ctx.deleted(id, "tax_region")
