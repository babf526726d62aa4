"""A page of another tool on an origin of its own, under the strictest policy that a flag button works with."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Office assistant</title>{head}</head>
<body>
<main><h1>Your answer</h1><p>The refund is due within 90 days.</p>
<button>Before</button>
{button}
<button>After</button></main>
</body>
</html>"""
SCRIPT = '<script src="{ours}/static/js/flag-button.js" defer></script>'
BUTTON = """<rollout-flag pilot="{pilot}" token="{token}" use-case="first-letter" tool-version="7.1"
  prompt="Write to her." output="The refund is due within 90 days.">
  <a href="{ours}/embed/flag/{token}/">Flag it</a></rollout-flag>"""


@dataclass
class Host:
    """`policy` names sources in words: {ours} is the application."""

    url: str = ""
    page: bytes = b""
    policy: str = ""
    reports: list[str] = field(default_factory=list)

    def show(self, ours: str, token: str, *, pilot: str = "claims", policy: str, scripts: bool = True) -> str:
        names = {"ours": ours, "token": token, "pilot": pilot}
        head = SCRIPT.format(**names) if scripts else ""
        self.page = PAGE.format(head=head, button=BUTTON.format(**names)).encode()
        self.policy = f"{policy.format(**names)}; report-uri /report"
        return self.url


@contextmanager
def host_pages() -> Iterator[Host]:
    host = Host()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", host.policy)
            self.end_headers()
            self.wfile.write(host.page if self.path == "/" else b"")

        def do_POST(self) -> None:
            host.reports.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    host.url = f"http://127.0.0.1:{server.server_port}"
    yield host
    server.shutdown()
    server.server_close()
    thread.join()
