"""A name is misspelled at the top of the module.

Written by everybody, several times a day.
"""
# expect: import refused: raises while it is imported: NameError: name 'Referense' is not defined

from reference import Raft as Reference  # noqa: F401


class Raft(Referense):  # noqa: F821
    pass
