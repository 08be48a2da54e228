"""How quick the shop is, beside peers on the same machine in the same minutes.

`make bench` prints ratios: single figures would tell more about the machine's
mood than about the shop. Slices of each side are taken in turn.
"""
