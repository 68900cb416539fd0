"""The kinds of rows of loops that answer in several turns: questions, dialogues, pairs, and what
became of first answers."""

from data.kinds import Problem
from data.rows import Message, Row

__all__ = ["Assessed", "Dialogue", "Pair", "Question", "Turn", "Verdict"]


class Question(Problem):
    """A question. `gold` is its known answer ("" for none): for judges that may see it and for
    evaluation; no model is shown it. `family` names the kind of question, `entry` is JSON for the
    verifier that comes with the family ("" for none)."""

    gold: str
    family: str
    entry: str


class Turn:
    """One exchange: what the model was asked, and what it said. `kind` is the name of the prompt,
    `model` the digest of the weights, `finish` "stop" or "length"."""

    kind: str
    asked: str
    text: str
    finish: str
    tokens: int
    logprob: float | None
    model: str


class Verdict:
    """What a judge found of the turn numbered `turn`: from 0 (wrong) to 1 (right), null where it
    could not tell. `judge` is its name and version, "truth@1f2e3d4c"; `said` is what the score
    rests on: the answer that was found, the reason."""

    judge: str
    turn: int
    score: float | None
    said: str


class Dialogue(Question):
    """A question and the turns about it so far. `sample` numbers the dialogues about one question;
    `ended` says why no turn follows, "" while one may."""

    sample: int
    turns: list[Turn]
    verdicts: list[Verdict]
    ended: str


class Pair(Row):
    """Two answers to one prompt, of which `chosen` is the better; `weight` multiplies the pair's
    part of the loss."""

    prompt: list[Message]
    chosen: str
    rejected: str
    weight: float


class Assessed(Row):
    """A model's dialogues about one question, counted. Of `samples` dialogues, `first_right` were
    right at first and `last_right` at last: `kept` at both ends, `fixed` at last alone, `broken` at
    first alone. `untold` is how many more there were that the judge could not tell."""

    problem: str
    model: str
    samples: int
    first_right: int
    last_right: int
    kept: int
    fixed: int
    broken: int
    untold: int
