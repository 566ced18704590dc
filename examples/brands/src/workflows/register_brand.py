from datetime import timedelta

from msgspec import Struct

from medusa.framework.errors import InvalidData
from medusa.framework.workflows import Retry, Undoable, WorkflowContext, step, workflow
from src.modules.brand.service import BrandService
from src.modules.registry.service import RegistryService


class RegisterBrand(Struct, kw_only=True):
    """A brand to register."""

    name: str
    country_code: str | None = None


class Registered(Struct, kw_only=True):
    """A brand with its number in the registry."""

    brand: RegisterBrand
    number: str


@step("check-brand-name", no_undo="it only reads")
async def check_brand_name(ctx: WorkflowContext, name: str) -> None:
    """Refuse a name that is taken."""
    if await ctx.service(BrandService).brands.list(ctx.session, {"name": name}, limit=1):
        raise InvalidData(f"There is a brand {name!r} already")


async def withdraw(ctx: WorkflowContext, number: str) -> None:
    """Take the registration back; safe to repeat."""
    await ctx.service(RegistryService).withdraw(number)


@step("register-brand", external=True, undo=withdraw, retry=Retry(times=2), timeout=timedelta(seconds=10))
async def register(ctx: WorkflowContext, name: str) -> Undoable[str, str]:
    """Ask the registry for a number. The key is the same for each try, so a repeated request registers once."""
    number = await ctx.service(RegistryService).register(name, key=ctx.idempotency_key)
    return Undoable(number, undo=number)


@step("store-brand", no_undo="the transaction takes it back")
async def store_brand(ctx: WorkflowContext, data: Registered) -> str:
    """Keep the brand; its id."""
    brand = data.brand
    if len(brand.name) > 40:
        raise InvalidData("The name of a registered brand has 40 letters at most")
    row = {"name": brand.name, "country_code": brand.country_code, "metadata": {"number": data.number}}
    [created] = await ctx.service(BrandService).brands.create(ctx.session, [row])
    ctx.emit("brand.created", {"id": created.id})
    return created.id


@workflow("register-brand", idempotent_by=lambda data: data.name)
async def register_brand(ctx: WorkflowContext, data: RegisterBrand) -> str:
    """Register a brand, then store it; its id."""
    await check_brand_name(ctx, data.name)
    number = await register(ctx, data.name)
    return await store_brand(ctx, Registered(brand=data, number=number))
