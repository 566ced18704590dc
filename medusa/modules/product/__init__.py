"""Products: what is sold, its variants and options, and how it is sorted."""

from medusa.modules.product.service import ProductService
from medusa.modules.product.types import (
    CreatedProduct,
    CreatedVariant,
    ImageInput,
    NewProduct,
    NewVariant,
    OptionInput,
    ProductChange,
    VariantChange,
)

__all__ = [
    "CreatedProduct",
    "CreatedVariant",
    "ImageInput",
    "NewProduct",
    "NewVariant",
    "OptionInput",
    "ProductChange",
    "ProductService",
    "VariantChange",
]
