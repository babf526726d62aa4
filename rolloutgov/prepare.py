"""Makes .venv and installs the lock when it changed, then goes on inside it. Standard library only, any Python 3.

python3 -I rolloutgov/prepare.py [--dev] [--bench] COMMAND …      each word of COMMAND is for the Python of .venv
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from typing import NoReturn

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
# What tests and checks need besides what runs, and what benchmarks compare ours to.
GROUPS = {"--dev": "requirements-dev.lock", "--bench": "requirements-bench.lock"}


def say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def refuse(line: str) -> NoReturn:
    say(line)
    sys.exit(1)


def check_python() -> None:
    if sys.version_info < (3, 11):
        found = ".".join(map(str, sys.version_info[:2]))
        refuse(f"RolloutGov needs Python 3.11 or later; this is {found}. Try: make PYTHON=python3.11 …")
    if os.path.exists(PYTHON):
        return
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        refuse("This Python lacks its venv module. On Debian and Ubuntu: apt install python3-venv")


def fingerprint(lock: str) -> str:
    with open(lock, "rb") as content:
        return hashlib.sha256(content.read() + sys.version.encode()).hexdigest()


def installed(stamp: str, wanted: str) -> bool:
    try:
        with open(stamp) as content:
            return content.read() == wanted and os.path.exists(PYTHON)
    except OSError:
        return False


def run(command: list, failed: str) -> None:
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        said = done.stdout.decode(errors="replace").strip().splitlines()
        why = [line for line in said if "error" in line.lower()] or said or ["no reason given"]
        refuse(f"{failed}: {why[-1].strip()}")


def install(name: str) -> None:
    lock = os.path.join(ROOT, name)
    stamp = os.path.join(VENV, "." + name + ".installed")
    wanted = fingerprint(lock)
    if installed(stamp, wanted):
        return
    if not os.path.exists(PYTHON) or subprocess.run([PYTHON, "-c", "import pip"], stderr=subprocess.DEVNULL).returncode:
        say("Making .venv …")
        run([sys.executable, "-m", "venv", "--clear", VENV], "The virtual environment could not be made")
    say(f"Installing {name} …")
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    run([*command, "--no-deps", "--require-hashes", "-r", lock], f"Installing {name} failed")
    with open(stamp, "w") as out:
        out.write(wanted)


def main(arguments: list) -> None:
    check_python()
    locks = ["requirements.lock"]
    while arguments[:1] and arguments[0] in GROUPS:
        locks.append(GROUPS[arguments[0]])
        arguments = arguments[1:]
    # Two commands at once (a run and a test) install one after the other.
    lock = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        for name in locks:
            install(name)
    except OSError as error:
        refuse(f"Set-up stopped: {error}")
    finally:
        os.close(lock)
    if arguments:
        os.chdir(ROOT)
        # The Python of .venv, in our place.
        os.execv(PYTHON, [PYTHON, *arguments])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
