"""A file that cannot be read, on its way from where that is seen to :func:`consolidator.reading.formats.dispatch.read_grids`."""

from __future__ import annotations

from schemas.problems import Problem, problem


class Unfit(Exception):
    """A file that cannot be read, with the problem to report; passes between the readers and :func:`read_grids`, no further."""

    def __init__(self, problem: Problem):
        super().__init__(problem.message)
        self.problem = problem


def broken() -> Unfit:
    return Unfit(problem("broken-file"))


def too_large(what: str) -> Unfit:
    return Unfit(problem("too-large", what=what))


def wrong_format(what: str, save_as: str = ".xlsx") -> Unfit:
    return Unfit(problem("wrong-format", what=what, save_as=save_as))
