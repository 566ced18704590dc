from medusa.framework.http import additional_data
from src.workflows.product_brand import ProductBrand

BRAND_OF_PRODUCT = additional_data(ProductBrand, "/admin/products", "/admin/products/{id}")
