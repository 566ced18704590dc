"""Whether prices of a currency or a region include tax: what settings say about it."""

from __future__ import annotations

from collections.abc import Mapping

from medusa.framework.workflows import WorkflowContext
from medusa.modules.pricing.service import PricingService


async def remember_tax_inclusivity(ctx: WorkflowContext, attribute: str, wanted: Mapping[str, bool | None]) -> None:
    """Keep a price preference for each value (currency code or region id) of ``currency_code`` or ``region_id``.

    None leaves a preference as it is, and makes one that excludes tax where there is none.
    """
    preferences = ctx.service(PricingService).price_preferences
    given = {value: flag for value, flag in wanted.items() if flag is not None}
    unsaid = [value for value in wanted if value not in given]
    if unsaid:
        known = {row.value for row in await preferences.list(ctx.session, {"attribute": attribute, "value": unsaid})}
        given |= {value: False for value in unsaid if value not in known}
    rows = [{"attribute": attribute, "value": value, "is_tax_inclusive": flag} for value, flag in given.items()]
    if rows:
        await preferences.upsert(ctx.session, rows, on=("attribute", "value"))
