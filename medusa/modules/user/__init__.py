"""Users of the dashboard, and invitations to become one."""

from medusa.modules.user.service import InviteInvalid, InvitesUnknown, UserService

__all__ = ["InviteInvalid", "InvitesUnknown", "UserService"]
