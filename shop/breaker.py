"""Not asking for a while whoever has just not answered."""

import time


class Breaker:
    """Tells whether something that failed a moment ago is worth asking again.

    One in each process: who waits in vain does so once in `seconds`, not at every call.
    """

    def __init__(self, seconds):
        self.seconds = seconds
        self._closed_until = 0.0

    @property
    def holds_back(self):
        return time.monotonic() < self._closed_until

    def trip(self):
        self._closed_until = time.monotonic() + self.seconds

    def reset(self):
        self._closed_until = 0.0
