"""`make browser`: installs Debian's chromium where none is there and this account may. Standard library only."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")


def main() -> int:
    if os.environ.get("CHROMIUM") or any(map(shutil.which, NAMES)):
        return 0
    if not shutil.which("apt-get"):
        sys.stderr.write(
            "There is no Chromium here and no apt to install one: install it, or set CHROMIUM to its path.\n"
        )
        return 1
    if os.geteuid() != 0:
        sys.stderr.write("There is no Chromium here. Install it: sudo apt-get install chromium\n")
        return 1
    sys.stderr.write("Installing Debian's chromium …\n")
    surroundings = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        done = subprocess.run(["apt-get", *step], env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            sys.stderr.write(done.stdout.decode(errors="replace")[-2000:])
            sys.stderr.write("Chromium could not be installed: see above.\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
