from medusa.framework.modules import ModuleService
from src.outside import ask, client, forget


class RegistryService(ModuleService):
    """Whose name is whose: a module without tables, for somebody else's service."""

    async def register(self, name: str, *, key: str) -> str:
        """The number of a name; NotAllowed where it belongs to somebody else."""
        async with client(self.options["url"]) as http:
            return str((await ask(http, "/names", key=key, name=name))["number"])

    async def withdraw(self, number: str) -> None:
        """Forget a number."""
        async with client(self.options["url"]) as http:
            await forget(http, f"/names/{number}")
