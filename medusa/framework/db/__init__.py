"""The database: sessions, models, and writes as values."""

from medusa.framework.db.changes import Change, Delete, Insert, Restore, SoftDelete, Update, Upsert
from medusa.framework.db.database import Database
from medusa.framework.db.models import Base, Json, Model, WithMetadata, live_index, models_of
from medusa.framework.db.session import Session

__all__ = [
    "Base",
    "Change",
    "Database",
    "Delete",
    "Insert",
    "Json",
    "Model",
    "Restore",
    "Session",
    "SoftDelete",
    "Update",
    "Upsert",
    "WithMetadata",
    "live_index",
    "models_of",
]
