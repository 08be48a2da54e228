"""What is done in a rehearsal alone."""

import os
import time
from pathlib import Path

from tasks.effects import EFFECTS, Effect

STAGE = Path(os.environ["REHEARSAL_STAGE"])
LONGER_THAN_ANY_TEST = 300


def hang_at_first(subject):
    """Leave a note of having begun; the first time, never come to an end."""
    times = len(list(STAGE.glob(f"{subject}-*")))
    (STAGE / f"{subject}-{times}").write_text(str(os.getpid()))
    if times == 0:
        time.sleep(LONGER_THAN_ANY_TEST)


EFFECTS["hang_at_first"] = Effect(hang_at_first, queue="payments")
