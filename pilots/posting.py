"""One POST to a system outside, from which nothing can lead us elsewhere: the name is resolved once, every address that
it has must be public, and the connection goes to the very address that was checked. Five seconds for all of it.
"""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Final

from pilots.public_addresses import IPAddress, NotPublic, Target, address_in, may_be_called, parse

SECONDS: Final = 5.0
MOST_BYTES: Final = 64 * 1024

Resolve = Callable[[str, int], list[str]]


class NotDelivered(Exception):
    """Nobody took it; the words say why."""


@dataclass(frozen=True)
class Answer:
    status: int
    # As much as was read of it.
    body: bytes

    @property
    def taken(self) -> bool:
        return 200 <= self.status < 300


def look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(row[4][0]) for row in found]


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    loopback: bool = False,
    seconds: float = SECONDS,
    resolve: Resolve | None = None,
    trust: ssl.SSLContext | None = None,
) -> Answer:
    """Raises NotPublic or NotDelivered. A redirect is an answer like any other: it is not followed."""
    until = time.monotonic() + seconds
    target = parse(url, loopback=loopback)
    address = _checked(_resolved(target, resolve or look_up, until), loopback=loopback)
    try:
        with _connected(address, target, until, trust) as connection:
            connection.request("POST", target.path, body, {**headers, "Host": target.authority})
            response = connection.getresponse()
            return Answer(response.status, response.read(MOST_BYTES))
    except (OSError, HTTPException, ValueError) as error:
        if time.monotonic() >= until:
            raise NotDelivered(f"It did not answer within {seconds:g} seconds.") from error
        raise NotDelivered(f"{type(error).__name__}: {error}"[:200]) from error


def _resolved(target: Target, resolve: Resolve, until: float) -> list[IPAddress]:
    """In a thread, since looking a name up knows no time limit."""
    literal = address_in(target.host)
    if literal is not None:
        return [literal]
    found: list[str] = []
    failed: list[Exception] = []

    def ask() -> None:
        try:
            found.extend(resolve(target.host, target.port))
        except (OSError, UnicodeError) as error:
            failed.append(error)

    asking = threading.Thread(target=ask, name="look up a receiver", daemon=True)
    asking.start()
    asking.join(max(until - time.monotonic(), 0))
    if asking.is_alive():
        raise NotDelivered("Its name was not resolved in time.")
    if failed or not found:
        raise NotDelivered("Its name is not known.")
    return [ipaddress.ip_address(address.partition("%")[0]) for address in found]


def _checked(addresses: list[IPAddress], *, loopback: bool) -> IPAddress:
    """The first, where all of them may be called: a name that is half public is not one of a receiver."""
    for address in addresses:
        if not may_be_called(address, loopback=loopback):
            raise NotPublic("Its name leads to an address that is not on the public internet.")
    return addresses[0]


@contextmanager
def _connected(
    address: IPAddress, target: Target, until: float, trust: ssl.SSLContext | None
) -> Iterator[HTTPConnection]:
    """Whatever the other side does, at `until` the line is cut: a byte now and then keeps no worker."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    line = socket.create_connection((str(address), target.port), timeout=left)
    same = line.dup()  # what TLS makes of the line cannot be cut from another thread
    cut = threading.Timer(max(until - time.monotonic(), 0), _cut, [same])
    cut.daemon = True
    cut.start()
    try:
        if target.is_tls:
            line = (trust or ssl.create_default_context()).wrap_socket(line, server_hostname=target.host)
        connection = HTTPConnection(target.host, target.port)
        connection.sock = line
        yield connection
    finally:
        cut.cancel()
        same.close()
        line.close()


def _cut(line: socket.socket) -> None:
    with suppress(OSError):  # it is over already
        line.shutdown(socket.SHUT_RDWR)
