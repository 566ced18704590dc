from medusa.framework.app import App
from src.modules.brand.service import BrandService


async def main(app: App, args: list[str]) -> None:
    """Add brands by their names: those that are there already stay."""
    async with app.database.session() as session:
        service = app.service(BrandService)
        known = {brand.name for brand in await service.brands.list(session, {"name": args})}
        await service.brands.create(session, [{"name": name} for name in args if name not in known])
    print(f"Added {len(set(args) - known)} brands")
