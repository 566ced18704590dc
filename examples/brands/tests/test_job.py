from medusa.framework.app import App
from src.jobs.forget_carts import forget_carts


async def test_old_carts_are_forgotten(app: App) -> None:
    async with app.database.session() as session:
        for id, age in (("cart_old", "2 years"), ("cart_new", "1 day")):
            await session.execute(
                f"INSERT INTO cart (id, currency_code, updated_at) VALUES ($1, 'eur', now() - interval '{age}')", id
            )
    assert [job.cron for job in app.events.jobs.values() if job.function is forget_carts] == ["0 3 * * *"]
    await forget_carts(app)
    async with app.database.reader() as session:
        rows = await session.fetch("SELECT id FROM cart WHERE id IN ('cart_old', 'cart_new') AND deleted_at IS NULL")
    assert [row["id"] for row in rows] == ["cart_new"]
