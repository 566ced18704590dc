from sqlalchemy.orm import Mapped

from medusa.framework.db import Model, WithMetadata, live_index
from medusa.framework.query import searchable


class Brand(WithMetadata, Model):
    """Who makes a product."""

    __tablename__ = "brand"
    __prefix__ = "brand"  # ids are brand_01J...
    __table_args__ = (live_index("name", unique=True),)

    name: Mapped[str]
    country_code: Mapped[str | None]


searchable(Brand, "name")  # what ?q= looks at
