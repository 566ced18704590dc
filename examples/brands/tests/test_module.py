from medusa.framework.app import App
from medusa.framework.db import Session
from src.modules.brand.service import BrandService


async def test_brands_are_kept(app: App, session: Session) -> None:
    service = app.service(BrandService)
    [acme] = await service.brands.create(session, [{"name": "Acme", "country_code": "us"}])
    assert acme.id.startswith("brand_")
    assert (await service.brands.retrieve(session, acme.id)).name == "Acme"

    await service.brands.update(session, [{"id": acme.id, "name": "Acme Ltd"}])
    assert [brand.name for brand in await service.brands.list(session, {"country_code": "us"})] == ["Acme Ltd"]

    await service.brands.soft_delete(session, [acme.id])
    assert await service.brands.list(session, {"id": [acme.id]}) == []
    assert await service.list_brands(session, {"name": "Acme Ltd"}) == []  # Medusa's name for the same
