from sqlalchemy import Column, Integer, text

from medusa.framework.links import define_link
from medusa.modules.product.models import Product
from src.modules.brand.models import Brand

PRODUCT_BRAND = define_link(
    Product,
    Brand,
    left_many=True,  # a brand has many products, a product has one brand
    extra={"position": Column(Integer, nullable=False, server_default=text("0"))},
)
