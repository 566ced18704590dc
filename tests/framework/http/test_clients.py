"""Whose request it is, with and without proxies in front."""

from __future__ import annotations

import pytest

from medusa.framework.config import Config, HttpConfig, ProjectConfig, complete
from medusa.framework.errors import ConfigurationError
from medusa.framework.http.clients import ClientAddresses
from medusa.framework.http.request import HttpRequest


def request_of(peer: str, *forwarded: str) -> HttpRequest:
    headers = [(b"host", b"shop"), *((b"x-forwarded-for", value.encode()) for value in forwarded)]
    client = (peer, 4000) if peer else None
    return HttpRequest({"method": "GET", "path": "/", "query_string": b"", "headers": headers, "client": client})


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "client"),
    [
        # Nobody is believed: the header is anybody's.
        ("", "203.0.113.7", [], "203.0.113.7"),
        ("", "203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("10.0.0.0/8", "203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        # A proxy is: what it added last counts, not what the client sent before.
        ("10.0.0.0/8", "10.0.0.5", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.5", "10.0.0.5", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.5", "10.0.0.5", ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
        # Proxies behind one another.
        ("10.0.0.0/8, 192.168.0.1", "10.0.0.5", ["1.1.1.1, 198.51.100.1, 192.168.0.1, 10.9.9.9"], "198.51.100.1"),
        ("10.0.0.0/8", "10.0.0.5", ["10.0.0.8, 10.0.0.7"], "10.0.0.8"),
        ("10.0.0.0/8", "10.0.0.5", [], "10.0.0.5"),
        # What nobody can read ends the search.
        ("10.0.0.0/8", "10.0.0.5", ["1.1.1.1, unknown, 10.0.0.7"], "10.0.0.7"),
        ("10.0.0.0/8", "10.0.0.5", ["garbage"], "10.0.0.5"),
        # Whoever connects, also by a socket without addresses.
        ("*", "203.0.113.7", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        ("*", "", ["198.51.100.1:4711"], "198.51.100.1"),
        ("*", "", [], ""),
        ("", "", ["198.51.100.1"], ""),
        # IPv6: a client has a whole network.
        ("", "2001:db8:1:2:3:4:5:6", [], "2001:db8:1:2::/64"),
        ("fd00::/8", "fd00::1", ["[2001:db8:1:2::9]:443"], "2001:db8:1:2::/64"),
        ("10.0.0.0/8", "::ffff:10.0.0.5", ["::ffff:198.51.100.1"], "198.51.100.1"),
    ],
)
def test_the_client_is_who_trusted_proxies_say(trusted: str, peer: str, forwarded: list[str], client: str) -> None:
    assert ClientAddresses(trusted).of(request_of(peer, *forwarded)) == client


@pytest.mark.parametrize("trusted", ["10.0.0.5/8", "proxy", "*,10.0.0.5"])
def test_what_is_no_network_is_refused(trusted: str) -> None:
    http = HttpConfig(trusted_proxies=trusted)
    with pytest.raises(
        ConfigurationError, match=r"trusted_proxies \(TRUSTED_PROXIES\): .*: give addresses and networks"
    ):
        complete(Config(project=ProjectConfig(http=http)), {})


def test_the_limit_is_configured() -> None:
    http = HttpConfig(auth_requests_per_minute=5, trusted_proxies="10.0.0.0/8")
    settings = complete(Config(project=ProjectConfig(http=http)), {}).http_settings()
    assert (settings.auth_requests_per_minute, settings.trusted_proxies) == (5, "10.0.0.0/8")
    with pytest.raises(ConfigurationError, match="give 0 for no limit"):
        complete(Config(project=ProjectConfig(http=HttpConfig(auth_requests_per_minute=-1))), {})
