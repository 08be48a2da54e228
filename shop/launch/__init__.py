"""`make run`: everything that the shop needs, started, watched and stopped together."""
