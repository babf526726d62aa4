"""A dead or hanging Redis costs a request a moment, and what counts attempts goes on counting."""

import socket
import time
from typing import Any

from rolloutgov.cache import SurvivingRedisCache
from tests.harness.servers import Servers

FAST: dict[str, Any] = {"OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}}


def test_a_cache_that_is_there_is_used_by_all(servers: Servers) -> None:
    one, other = SurvivingRedisCache(servers.redis, FAST), SurvivingRedisCache(servers.redis, FAST)
    one.set("greeting", "hello", 10)
    assert other.get("greeting") == "hello"
    one.delete("greeting")


def test_attempts_are_counted_while_it_is_away() -> None:
    away = SurvivingRedisCache("redis://127.0.0.1:1/0", FAST)
    assert away.add("attempts", 1)
    assert not away.add("attempts", 1)
    assert away.incr("attempts") == 2
    assert away.get_many(["attempts"]) == {"attempts": 2}
    assert away.has_key("attempts")


def test_one_that_hangs_costs_one_timeout_and_not_one_for_each_question() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        hanging = SurvivingRedisCache(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", FAST)
        began = time.monotonic()
        for number in range(20):
            hanging.set(f"key-{number}", number)
        assert time.monotonic() - began < 2
