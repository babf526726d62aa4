"""Settings of gunicorn, for `make run` and for the image alike."""

from pathlib import Path

from rolloutgov import environment as env

_host = env.text("HOST", "127.0.0.1")

bind = f"[{_host}]:{env.number('PORT', 8000)}" if ":" in _host else f"{_host}:{env.number('PORT', 8000)}"
worker_class = "gthread"
workers = env.number("WEB_WORKERS", 2)
threads = env.number("WEB_THREADS", 4)
timeout = 60
graceful_timeout = 10
# A worker is replaced now and then, so that a slow leak never fills the machine.
max_requests = 20000
max_requests_jitter = 2000
control_socket_disable = True
loglevel = "warning"
# Their sign of life is a file: on a disk that hangs it would kill workers that are well.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
