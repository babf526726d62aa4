"""Keeps children running: restarts one that dies, a little later each time, and gives up when it never stays."""

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from rolloutgov import processes
from rolloutgov.processes import Unavailable

STAYS = 10.0  # seconds after which a child counts as having started well
LONGEST_PAUSE = 30.0
MOST_FAILURES = 6  # in a row, about a minute


@dataclass
class Child:
    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    seconds_to_stop: float
    why: Callable[[], str]
    ends_by: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started_at: float = 0.0
    restart_at: float | None = None

    def begin(self) -> None:
        self.process, self.started_at, self.restart_at = self.start(), time.monotonic(), None

    def look(self, now: float) -> str | None:
        """Starts it again when it is time; a line to print when it died."""
        if self.restart_at is not None:
            if now >= self.restart_at:
                self.begin()
            return None
        assert self.process
        if self.process.poll() is None:
            if self.failures and now - self.started_at > STAYS:
                self.failures = 0
            return None
        code = self.process.returncode
        processes.stop(self.process, signal.SIGKILL, 0)  # whatever it left of its session
        self.failures += 1
        if self.failures >= MOST_FAILURES:
            raise Unavailable(f"The {self.name} keeps ending ({code}): {self.why()}")
        pause = min(2.0 ** (self.failures - 1) / 2, LONGEST_PAUSE)
        self.restart_at = now + pause
        return f"The {self.name} ended ({code}); starting it again in {pause:g} s."

    def end(self) -> None:
        if self.process:
            processes.stop(self.process, self.ends_by, self.seconds_to_stop)


@dataclass
class Supervisor:
    say: Callable[[str], None]
    children: list[Child] = field(default_factory=list)
    stopping: bool = False

    def add(self, child: Child) -> None:
        # Listed first: a stop that comes during its start finds it.
        self.children.append(child)
        child.begin()

    def watch(self) -> None:
        while not self.stopping:
            for child in self.children:
                line = child.look(time.monotonic())
                if line:
                    self.say(line)
            time.sleep(0.25)

    def end(self) -> None:
        """The last one started stops first."""
        for child in reversed(self.children):
            child.end()
