"""A failing run, made smaller: fewer faults, steps and servers, shorter times, less chance, and it still fails.

The room takes the one test as data, cuts something out of it, lets the ordinary loader and the ordinary runner
child try what is left, and goes on from whatever still fails in the same way. It knows suites as text: what a step
does, and what an implementation did, only a run can tell.
"""
