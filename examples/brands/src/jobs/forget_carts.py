from medusa.framework.app import App
from medusa.framework.events import scheduled_job


@scheduled_job("0 3 * * *")
async def forget_carts(app: App) -> None:
    """Delete carts that nobody has touched for a year."""
    async with app.database.session() as session:
        await session.execute(
            "UPDATE cart SET deleted_at = now() "
            "WHERE completed_at IS NULL AND deleted_at IS NULL AND updated_at < now() - interval '1 year'"
        )
