"""The shop under pressure: real processes, real servers, and faults in the middle of it all.

`python -m shop.testing.torture [--small] [name ...]`, or `make torture`.
"""
