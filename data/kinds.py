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
    "Tested",
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
    """What became of an attempt in the sandbox (sandbox.Result says what the words mean). Times
    are left out: a run that is resumed gives the same rows as an unbroken one."""

    verdict: str
    trust: str
    flags: list[str]
    detail: str
    stdout: str


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
    """One metric of one model on one set of problems, with its 95 % interval."""

    model: str
    iteration: str
    metric: str
    value: float
    low: float
    high: float
    problems: int
    samples: int
