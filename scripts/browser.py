"""Prints the path of a working Chromium; installs one if there is none.

Looks at BYLINE_CHROMIUM, then on PATH, then for Playwright's own. Installs with Playwright, or else
with apt if running as root on a Debian-based system, where it also installs nginx for the tests
behind a proxy; without nginx they are skipped. Only the path goes to standard output.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping

NAMES = ("chromium", "chromium-browser", "google-chrome")
START_SECONDS = 30
INSTALL_SECONDS = 600

REMEDY = (
    "No Chromium was found, and none could be installed. Install Chromium or Google Chrome, or "
    "set BYLINE_CHROMIUM to the path of one, and try again."
)


def main() -> int:
    """Prints the path and returns 0, or prints what to do and returns 1."""
    named = os.environ.get("BYLINE_CHROMIUM")
    if named and not runs(named):
        say(f"BYLINE_CHROMIUM is {named}, which does not run. Correct it or unset it.")
        return 1
    path = named or find() or install()
    if path is None:
        say(REMEDY)
        return 1
    if not shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") and has_apt():
        all(succeeds(command) for command in apt("nginx-light"))
    print(path)
    return 0


def find() -> str | None:
    """Returns the first working Chromium on PATH or of Playwright."""
    return next((path for path in candidates() if runs(path)), None)


def candidates() -> Iterable[str]:
    """Yields paths where Chromium may be; imports Playwright only after trying PATH."""
    yield from filter(None, map(shutil.which, NAMES))
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return
    with sync_playwright() as playwright:
        yield playwright.chromium.executable_path


def runs(path: str) -> bool:
    """Whether the program exists and prints its version; it fails if libraries are missing."""
    try:
        subprocess.run([path, "--version"], check=True, capture_output=True, timeout=START_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def install() -> str | None:
    """Tries each installer in turn until one provides a working Chromium."""
    for commands in installers():
        if all(succeeds(command) for command in commands) and (path := find()):
            return path
    return None


def installers() -> Iterable[list[list[str]]]:
    """Yields the commands of each installer available to this machine and user."""
    yield [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if has_apt():
        yield apt("chromium")


def has_apt() -> bool:
    """Whether this user can install Debian packages."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def apt(package: str) -> list[list[str]]:
    """The commands that install a Debian package."""
    return [["apt-get", "update"], ["apt-get", "install", "-y", package]]


def succeeds(command: list[str]) -> bool:
    """Runs a command within the time limit; its output goes to standard error."""
    say(f"Installing what the tests need: {' '.join(command)}")
    environment: Mapping[str, str] = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # A new session, so that the time limit also ends the processes that the command started.
    with subprocess.Popen(
        command, stdout=sys.stderr, env=environment, start_new_session=True
    ) as process:
        try:
            return process.wait(timeout=INSTALL_SECONDS) == 0
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            say(f"Stopped after {INSTALL_SECONDS} s.")
            return False


def say(text: str) -> None:
    """Prints a line to standard error."""
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
