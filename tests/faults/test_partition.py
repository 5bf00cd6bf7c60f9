"""A network that goes away and comes back."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs import ROOT

from .parted import FLAPS

_NEW_NETWORK = ["unshare", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]


def can_have_a_network() -> bool:
    """Whether this machine lets us have a network namespace of our own."""
    try:
        return subprocess.run([*_NEW_NETWORK, "true"], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("wanted", ["namespace", "stopped"])
def test_what_is_said_while_the_network_is_away_arrives_once_and_in_order_when_it_is_back(wanted: str) -> None:
    variant = wanted if wanted == "stopped" or can_have_a_network() else "stopped"
    wrapper = _NEW_NETWORK if variant == "namespace" else []
    command = [*wrapper, sys.executable, "-m", "tests.faults.parted", variant]
    done = subprocess.run(command, cwd=Path(ROOT), capture_output=True, encoding="utf-8", timeout=60.0)
    assert done.returncode == 0, done.stderr[-2000:]
    result = json.loads(done.stdout)
    assert result["heard"] == [
        *(f"said while parted {number}" for number in range(3)),
        *(f"said at flap {number}" for number in range(FLAPS)),
    ]
    assert not result["too_early"]
    assert result["errors"] == []
