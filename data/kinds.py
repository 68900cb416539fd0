"""The kinds of rows that the stages pass on. A flow subclasses them to add columns of its own."""

from data.rows import Message, Row

__all__ = [
    "Attempt",
    "Chat",
    "Executed",
    "Generated",
    "Graded",
    "HeldOut",
    "Problem",
    "Score",
    "State",
    "Tested",
    "Traced",
    "Variable",
]


class Generated(Row):
    """What a model answered. `sample` numbers the answers to one prompt; `model` is the digest of
    its weights; `finish` is "stop" or "length"."""

    prompt: str
    completion: str
    finish: str
    tokens: int
    logprob: float | None
    sample: int
    model: str


class Problem(Row):
    """A task in words."""

    instruction: str


class Tested(Problem):
    """A task with tests as Python source: hidden ones, for evaluation only."""

    tests: str


class HeldOut(Tested):
    """A problem of an evaluation; `solution` and `entry_point`, the name of the function that is
    asked for, are for decontamination."""

    solution: str | None
    entry_point: str | None


class Attempt(Generated, Tested):
    """A program that wants to solve a task, and the tests it is to pass."""

    program: str


class Executed(Attempt):
    """What became of an attempt in the sandbox (sandbox.Result says what the words mean).
    `traceback` is what Python would print, "" if nothing was raised: the checks of most asserts
    are made outside of the program, so that `detail` alone names an assert that failed. Times are
    left out: a run that is resumed gives the same rows as an unbroken one."""

    verdict: str
    trust: str
    flags: list[str]
    detail: str
    stdout: str
    traceback: str


class Variable:
    """`value` is JSON (tagged beyond what JSON has: sandbox.encode), null for what is no data or
    too large."""

    name: str
    value: str | None


class State:
    """What one statement, in these lines of the program, left behind.

    `changed` and `gone` are what it did to the variables. Two states of one `key` have the same
    values under whatever names; null equals nothing (no variables, or values not known).
    """

    first_line: int
    last_line: int
    changed: list[Variable]
    gone: list[str]
    key: str | None


class Traced(Executed):
    """An attempt with its states, as far as its program came (sandbox.states says what is left
    out). `cut` says why they end before the program did, "" if they do not."""

    states: list[State]
    straight_line: bool
    cut: str


class Chat(Row):
    """A conversation to train on; `weight` multiplies the row's part of the loss."""

    messages: list[Message]
    weight: float


class Graded(Row):
    """How many of a model's answers to one held-out problem passed."""

    problem: str
    model: str
    correct: int
    samples: int


class Score(Row):
    """One metric of one model on one set of problems, with its 95 % interval; `note` says what
    follows from it. The decision about a model is the metric "promotion" (its value is the gain),
    what a drift guard measured of an iteration's rows is "guard:" and the guard's name."""

    model: str
    iteration: str
    metric: str
    value: float
    low: float
    high: float
    problems: int
    samples: int
    note: str | None
