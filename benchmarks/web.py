"""The product's web server as production runs it, what its processes cost, and callers that cost little themselves."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, Final

from rolloutgov import environment as env
from rolloutgov.processes import free_port
from tests.chaos.product import children_of

READY_SECONDS: Final = 60


@dataclass(frozen=True)
class Web:
    """gunicorn with its workers, listening on 127.0.0.1."""

    pid: int
    port: int

    def processor_seconds(self) -> float:
        """Of the workers that are alive, since they began."""
        return sum(_processor_seconds(pid) for pid in (self.pid, *children_of(self.pid)))

    @contextmanager
    def connected(self) -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            # A request and its answer are small: waiting to fill a packet would take longer than both.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            yield connection


def _processor_seconds(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(data: str) -> Iterator[Web]:
    """On the services whose addresses stand in the environment (`benchmarks.surroundings`)."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "python:rolloutgov.web_server", "rolloutgov.wsgi"]
    here = {"PORT": str(port), "HOST": "127.0.0.1", "PROCESS": "web", "BASE_URL": f"http://127.0.0.1:{port}"}
    with (Path(data) / "web.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=env.ROOT, env=os.environ | here, stdout=log, stderr=log)
    try:
        web = Web(server.pid, port)
        _wait_until_it_answers(web)
        yield web
    finally:
        server.terminate()
        server.wait(30)


def _wait_until_it_answers(web: Web) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            with web.connected() as connection:
                if call(connection, request("GET", "/health/live")).status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("The web server does not answer; its last words are in web.log.")


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """As it goes over the line. A library would take as much of the processor as the server does."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def call(connection: socket.socket, sent: bytes) -> Answer:
    connection.sendall(sent)
    head, _, body = _until(connection, b"", lambda seen: b"\r\n\r\n" in seen).partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), None)
    if length is None:
        body = _until(connection, body, lambda seen: seen.endswith(b"0\r\n\r\n"))
    else:
        body = _until(connection, body, lambda seen: len(seen) >= length)
    return Answer(int(lines[0].split()[1]), body)


def _until(connection: socket.socket, seen: bytes, whole: Callable[[bytes], bool]) -> bytes:
    while not whole(seen):
        part = connection.recv(65536)
        if not part:
            raise ConnectionError("The server hung up in the middle of an answer.")
        seen += part
    return seen


def together(work: Callable[[int], Any], many: int) -> float:
    """Seconds until `work(number)` is done in each of so many threads."""
    failed: list[BaseException] = []

    def one(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001  raised below, in the thread that can tell
            failed.append(error)

    threads = [Thread(target=one, args=(number,)) for number in range(many)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return time.perf_counter() - begun
