"""The shop under pressure: real processes, real servers, and faults in the middle of it all.

`python -m shop.testing.torture [--small] [name ...]`, or `make torture`. It prints a row
for each scenario: how many tried, which orders came of it, who was refused, how many
requests had to be sent again while something was away, what went wrong, how many rows
break a rule, and how long after the fault all was settled. A promise that was not kept is
named below its row, and makes the command fail.
"""
