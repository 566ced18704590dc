"""What queries show of API keys."""

from medusa.framework.query import SqlBuild, computed
from medusa.modules.api_key.models import ApiKey


@computed(ApiKey, "token", in_star=True)
def shown_token(build: SqlBuild, row: str) -> str:
    """The token of a publishable key; nothing of a secret one."""
    return f"CASE {row}.type WHEN 'secret' THEN '' ELSE {row}.token END"
