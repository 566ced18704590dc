"""Cookies of login sessions; the stores are tested in tests/infrastructure/sessions."""

from __future__ import annotations

from datetime import UTC, datetime

from medusa.framework.http import HttpSettings
from medusa.framework.http.sessions import SessionCookies


def test_cookies_have_the_format_of_express_session() -> None:
    cookies = SessionCookies(HttpSettings(jwt_secret="x", cookie_secret="keyboard cat"))
    # The signature is that of npm's cookie-signature 1.0 for this value and secret.
    cookie = cookies.start("hello", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)).decode()
    value, *attributes = cookie.split("; ")
    assert attributes == ["Path=/", "Expires=Fri, 02 Jan 2026 03:04:05 GMT", "HttpOnly", "SameSite=Lax"]
    assert value.startswith("connect.sid=s%3Ahello.")
    assert len(cookies.new_sid()) == 32


def test_only_our_own_cookies_name_a_session() -> None:
    cookies = SessionCookies(HttpSettings(jwt_secret="x", cookie_secret="tobiiscool"))
    # Source: the documentation of cookie-signature.
    assert cookies.sid("s:hello.DGDUkGlIkCzPz+C0B064FNgHdEjox7ch8tOBGslZ5QI") == "hello"
    for forged in (
        "s:hello.DGDU",
        "hello.DGDUkGlIkCzPz+C0B064FNgHdEjox7ch8tOBGslZ5QI",
        "s:",
        "s:.",
        "",
        "s:hello.\udcff",
    ):
        assert cookies.sid(forged) is None
