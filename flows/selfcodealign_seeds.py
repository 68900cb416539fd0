"""From a tree of Python files to functions worth asking about: SelfCodeAlign's seeds, alone.

SelfCodeAlign: Self-Alignment for Code Generation, Wei et al. 2024, arXiv 2410.24198, step A.
Without a `model` the docstring judge is left out. Deviations: see the flow selfcodealign.
"""

from dataclasses import dataclass
from typing import Any

from data.kinds import HeldOut
from data.sources import python_tree, source
from data.table import Rows
from pipeline.engine import Sampling
from pipeline.flow import flow
from pipeline.load import load
from pipeline.model import AnyModel, open_model, serve
from pipeline.run import Run
from stages.code_tasks import Function, clean, judge_docstring, self_contained, type_checked
from stages.curate import decontaminate, distinct
from stages.generate import generate
from stages.keep import keep


@dataclass(frozen=True)
class Seeds:
    """Which functions of a tree become seeds. `leave_out` names folders that are not entered,
    `similar` is the Jaccard similarity of word `ngram`s at which two functions are one, `shots` is
    how many examples the docstring judge is shown."""

    leave_out: tuple[str, ...] = ("test", "tests", "site-packages")
    similar: float = 0.5
    ngram: int = 5
    shots: int = 7


def gather_seeds(
    tree: str, seeds: Seeds, held_out: Rows[HeldOut] | None, judge: AnyModel | None
) -> Rows[Any]:
    functions = load(python_tree(tree, seeds.leave_out), Function, "find_functions")
    functions = distinct(functions, "seed", seeds.similar, seeds.ngram)
    functions = keep(functions, clean, "keep_clean")
    functions = type_checked(functions)
    if held_out is not None:
        functions = decontaminate(functions, held_out, "seed", ("instruction", "solution"))
    if judge is None:
        return functions
    with serve(judge) as sampler:
        greedy = Sampling(temperature=0.0, max_tokens=5)
        judged = generate(functions, sampler, judge_docstring(seeds.shots), greedy)
    return keep(judged, self_contained, "keep_self_contained")


@flow
def selfcodealign_seeds(
    run: Run,
    tree: str = "stdlib",
    held_out: str | None = None,
    model: str | None = None,
    seeds: Seeds = Seeds(),
    seed: int = 0,
) -> None:
    problems = load(source(held_out), HeldOut, "load_held_out") if held_out else None
    gather_seeds(tree, seeds, problems, open_model(model) if model else None)
