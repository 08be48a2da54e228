"""The tour of the API is true: each of its commands is run, and answers in the shape it shows."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from shop.signatures import signature

TOUR = Path(__file__).resolve().parents[3] / "docs" / "api.md"
BLOCK = re.compile(r"^```(sh|json|text|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOP, END = "http://localhost:8000", "--- the next command ---"

needs_programs = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "curl", "jq"))), reason="bash, curl or jq is not here"
)


def steps():
    """Pairs of a command and the block behind it that shows its answer, if there is one."""
    blocks = BLOCK.findall(TOUR.read_text())
    followers = [*blocks[1:], ("", "")]
    return [
        (text, follower if follower[0] in ("json", "text") else None)
        for (kind, text), follower in zip(blocks, followers, strict=True)
        if kind == "sh"
    ]


def run(commands, shop):
    """What each command printed, run one after the other in one shell."""
    script = f"\necho '{END}'\n".join(["set -euo pipefail", *commands]).replace(SHOP, shop)
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr}"
    return done.stdout.split(END)[1:]


def shape(value):
    """The fields and kinds of an answer; of a list, its first row speaks for all."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return [shape(part) for part in value[:1]]
    return "number" if type(value) in (int, float) else type(value).__name__


@needs_programs
def test_every_command_answers_as_the_tour_shows(shop_address):
    told = steps()
    answers = run([command for command, _shown in told], shop_address)
    for (command, shown), answer in zip(told, answers, strict=True):
        if shown and shown[0] == "json":
            assert shape(json.loads(answer)) == shape(json.loads(shown[1])), command
        elif shown:
            assert answer.strip() == shown[1].strip(), command


def test_the_tours_own_check_of_a_signature_is_right():
    [checking] = [text for kind, text in BLOCK.findall(TOUR.read_text()) if kind == "python"]
    here = {}
    exec(checking, here)
    header = signature(b'{"id": "evt_1"}', "whsec_1")
    assert here["is_from_the_shop"](header, b'{"id": "evt_1"}', "whsec_1")
    assert not here["is_from_the_shop"](header, b'{"id": "evt_2"}', "whsec_1")
    assert not here["is_from_the_shop"](header, b'{"id": "evt_1"}', "whsec_2")
