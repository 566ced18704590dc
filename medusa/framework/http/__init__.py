"""HTTP: routes, scopes, authentication, validation, errors, OpenAPI."""

from medusa.framework.http.additional_data import additional_data
from medusa.framework.http.auth import (
    ANY_IDENTITY,
    ANY_TOKEN,
    ANYBODY,
    CUSTOMER,
    OPTIONAL_CUSTOMER,
    PUBLIC,
    REGISTERING_CUSTOMER,
    USER,
    Access,
    Actor,
    ApiKeys,
    PublishableKey,
    SecretKey,
)
from medusa.framework.http.constraints import (
    DateFilter,
    DecimalOrText,
    Email,
    Flag,
    NumberFilter,
    OperatorFilter,
    StrictBool,
    StringOrList,
    bounds,
)
from medusa.framework.http.context import AdminContext, AuthContext, Context, RouteFields, StoreContext
from medusa.framework.http.middleware import middleware
from medusa.framework.http.queries import FieldsQuery, ListQuery
from medusa.framework.http.request import HttpRequest
from medusa.framework.http.response import Response
from medusa.framework.http.routes import Route, delete, get, patch, post, put
from medusa.framework.http.settings import HttpSettings
from medusa.framework.http.streaming import EventStream

__all__ = [
    "ANYBODY",
    "ANY_IDENTITY",
    "ANY_TOKEN",
    "CUSTOMER",
    "OPTIONAL_CUSTOMER",
    "PUBLIC",
    "REGISTERING_CUSTOMER",
    "USER",
    "Access",
    "Actor",
    "AdminContext",
    "ApiKeys",
    "AuthContext",
    "Context",
    "DateFilter",
    "DecimalOrText",
    "Email",
    "EventStream",
    "FieldsQuery",
    "Flag",
    "HttpRequest",
    "HttpSettings",
    "ListQuery",
    "NumberFilter",
    "OperatorFilter",
    "PublishableKey",
    "Response",
    "Route",
    "RouteFields",
    "SecretKey",
    "StoreContext",
    "StrictBool",
    "StringOrList",
    "additional_data",
    "bounds",
    "delete",
    "get",
    "middleware",
    "patch",
    "post",
    "put",
]
