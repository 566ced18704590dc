from medusa.framework.modules import Crud, ModuleService
from src.modules.brand.models import Brand


class BrandService(ModuleService):
    brands = Crud(Brand)
