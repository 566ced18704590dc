"""Queries: one SQL statement from fields to bytes."""

from medusa.framework.query.engine import Page, Query
from medusa.framework.query.fields import Fields
from medusa.framework.query.registry import (
    Registry,
    SqlBuild,
    ViewColumn,
    computed,
    computed_batch,
    computed_set,
    omit_null,
    printing,
    private,
    searchable,
    view,
    view_relation,
)
from medusa.framework.query.statement import InvalidOrder

__all__ = [
    "Fields",
    "InvalidOrder",
    "Page",
    "Query",
    "Registry",
    "SqlBuild",
    "ViewColumn",
    "computed",
    "computed_batch",
    "computed_set",
    "omit_null",
    "printing",
    "private",
    "searchable",
    "view",
    "view_relation",
]
