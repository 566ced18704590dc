from medusa.framework.modules import Crud, ModuleService
from src.modules.vendor.models import Vendor


class VendorService(ModuleService):
    vendors = Crud(Vendor)
