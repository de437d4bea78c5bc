"""Finds the headless Chromium that prints PDFs, and installs one where that is possible."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sandbox.stack.errors import StackError

SETTING: Final = "ATP_CHROMIUM"
PACKAGE: Final = "chromium-headless-shell"
ON_PATH: Final = (PACKAGE, "chromium", "chromium-browser", "google-chrome")
PLAYWRIGHT_BUILDS: Final = (
    "chromium_headless_shell-*/chrome-*/headless_shell",
    "chromium_headless_shell-*/chrome-*/chrome-headless-shell",
    "chromium-*/chrome-*/chrome",
)
HOW_TO: Final = (
    f"install the package {PACKAGE} or chromium (`apt-get install {PACKAGE}`), "
    f"or set {SETTING} to the path of one."
)
APT_SECONDS: Final = 600
PROBE_SECONDS: Final = 30


def find(environment: Mapping[str, str]) -> str | None:
    """The path of a Chromium: the setting's, else Playwright's newest, else the one on PATH.

    Raises:
        StackError: the setting names a file that can't be run.
    """
    if chosen := environment.get(SETTING):
        if not os.access(chosen, os.X_OK):
            raise StackError(f"{SETTING} names {chosen}, which can't be run: {HOW_TO}")
        return chosen
    cache = environment.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright"
    for pattern in PLAYWRIGHT_BUILDS:
        if builds := sorted(Path(cache).glob(pattern)):
            return str(builds[-1])
    found = (shutil.which(name, path=environment.get("PATH")) for name in ON_PATH)
    return next((path for path in found if path), None)


def require(environment: Mapping[str, str]) -> str:
    """The path of a Chromium that starts.

    Raises:
        StackError: there is none, or a library that it needs is missing.
    """
    path = find(environment)
    if path is None:
        raise StackError(f"No headless Chromium was found: {HOW_TO}")
    done = subprocess.run(
        [path, "--version"],
        capture_output=True,
        text=True,
        check=False,
        timeout=PROBE_SECONDS,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["it gave no reason"])[0]
        raise StackError(f"{path} does not start ({reason}): {HOW_TO}")
    return path


def find_or_install(environment: Mapping[str, str]) -> str:
    """The path of a Chromium; as root, Debian's is installed when there is none.

    Raises:
        StackError: there is none and it could not be installed.
    """
    if find(environment) is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {PACKAGE} ...", flush=True)
        _apt("update")
        _apt("install", "--yes", "--no-install-recommends", PACKAGE)
    return require(environment)


def _apt(*words: str) -> None:
    subprocess.run(
        ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=60", *words],  # noqa: S607 - found on PATH above
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdout=subprocess.DEVNULL,
        check=False,
        timeout=APT_SECONDS,
    )


if __name__ == "__main__":
    try:
        print(f"Chromium: {find_or_install(os.environ)}")
    except StackError as error:
        raise SystemExit(str(error)) from None
