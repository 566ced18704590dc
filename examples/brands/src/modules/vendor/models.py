from sqlalchemy.orm import Mapped

from medusa.framework.db import Model, live_index


class Vendor(Model):
    """Who sells through the shop."""

    __tablename__ = "vendor"
    __prefix__ = "ven"
    __table_args__ = (live_index("email", unique=True),)

    name: Mapped[str]
    email: Mapped[str]
