"""Users and invites."""

from medusa.workflows.user.types import CreateAdminUser, CreateInvite, CreateUser
from medusa.workflows.user.users import create_admin_user, create_users, remove_user_accounts, update_users

__all__ = [
    "CreateAdminUser",
    "CreateInvite",
    "CreateUser",
    "create_admin_user",
    "create_users",
    "remove_user_accounts",
    "update_users",
]
