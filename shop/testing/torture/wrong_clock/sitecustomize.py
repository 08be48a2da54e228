"""Python looks here first in a process whose clock is to be wrong: by so many seconds, as all
of its code reads it. It goes on at its pace."""

import os
from datetime import UTC, datetime, timedelta

import time_machine

OFF = timedelta(seconds=float(os.environ["CLOCK_OFF_SECONDS"]))
time_machine.travel(datetime.now(UTC) + OFF, tick=True).start()
