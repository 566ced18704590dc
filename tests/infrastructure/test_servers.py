"""The servers that other tests rely on."""

from __future__ import annotations

import socket

import pytest

from tests.infrastructure.servers import LocalServer, MemcachedServer, RedisServer, binary


def ask(server: LocalServer, question: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=2) as client:
        client.sendall(question)
        return client.recv(100)


def test_redis_starts_empty_on_the_same_port_again(own_redis: RedisServer) -> None:
    assert ask(own_redis, b"SET a 1\r\n") == b"+OK\r\n"
    url = own_redis.url
    own_redis.stop()
    with pytest.raises(ConnectionRefusedError):
        ask(own_redis, b"PING\r\n")
    own_redis.start()
    assert own_redis.url == url
    assert ask(own_redis, b"GET a\r\n") == b"$-1\r\n"


def test_memcached_answers(own_memcached: MemcachedServer) -> None:
    assert ask(own_memcached, b"version\r\n").startswith(b"VERSION ")


def test_a_missing_program_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RuntimeError, match="apt-get install redis-server"):
        binary("redis-server", "redis-server")
