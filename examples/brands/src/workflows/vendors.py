from msgspec import Struct

from medusa.framework.workflows import WorkflowContext, workflow
from medusa.workflows.auth.identities import SetActor, set_auth_app_metadata
from src.modules.vendor.service import VendorService


class NewVendor(Struct, kw_only=True):
    """A vendor, and the identity that may act as it."""

    name: str
    email: str
    auth_identity_id: str


@workflow("create-vendor")
async def create_vendor(ctx: WorkflowContext, data: NewVendor) -> str:
    """Create a vendor; its id."""
    [vendor] = await ctx.service(VendorService).vendors.create(ctx.session, [{"name": data.name, "email": data.email}])
    actor = SetActor(auth_identity_id=data.auth_identity_id, actor_type="vendor", actor_id=vendor.id)
    await set_auth_app_metadata(ctx, actor)
    return vendor.id
