"""Login sessions: where they are kept."""

from medusa.framework.http.sessions import SessionData, SessionStore

__all__ = ["SessionData", "SessionStore"]
