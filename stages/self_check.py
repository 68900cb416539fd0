"""self_check: the majority of several answers, after a judge's word where they disagree.

Self-check of CriticBench (arXiv 2310.04815). How certain a majority is, is our definition: how many
times more votes it has than the answer after it.
"""

from collections import Counter
from collections.abc import Sequence

from stages.judge import group_answers

__all__ = ["self_check"]


def self_check(
    answers: Sequence[str | None], scores: Sequence[float | None], certainty: float = 2.0
) -> int | None:
    """Which answer it is, by its place. A majority with `certainty` times the votes of the next
    answer stands. Else those that the judge scored below 0.5 are left out, and the others vote (all
    of them, if none is left). None where there is no answer. Of equal counts the first wins."""
    groups = group_answers(answers)
    votes = _votes(groups)
    if not votes:
        return None
    best, *rest = votes
    if not rest or best[1] >= certainty * rest[0][1]:
        return groups.index(best[0])
    pairs = zip(groups, scores, strict=True)
    left = [None if score is not None and score < 0.5 else group for group, score in pairs]
    if chosen := _votes(left):
        return left.index(chosen[0][0])
    return groups.index(best[0])


def _votes(groups: Sequence[int | None]) -> list[tuple[int, int]]:
    return Counter(group for group in groups if group is not None).most_common()
