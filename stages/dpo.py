"""Preference optimisation with TRL, as a process of its own (stages/trainer_process.py says what it
reads and says): `python -m stages.dpo SPEC.json`. The rows have id, prompt, chosen, rejected and
weight; SPEC may name the "reference" that the losses compare with.

Nothing heavy is imported with this module.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.errors import ModelError
from stages.pair_tokens import Compared, encode_pairs, read_pairs
from stages.preference import Preference
from stages.trainer_process import Prepared, Trainer, run

__all__ = ["main"]


def prepare(spec: dict[str, Any]) -> Prepared[Compared]:
    pairs = read_pairs(spec["data"])
    from pipeline.pretrained import load_tokenizer

    tokenizer: Any = load_tokenizer(spec["model"])
    reference = spec.get("reference", spec["model"])
    if (
        reference != spec["model"]
        and load_tokenizer(reference).get_vocab() != tokenizer.get_vocab()
    ):
        raise ModelError(
            f"the reference {reference} has another vocabulary than {spec['model']}: the same text "
            "is other tokens to it. Wanted: a model with the same tokenizer, such as the one that "
            "the training started from."
        )
    rows, excluded = encode_pairs(pairs, tokenizer, spec["settings"].max_length)
    lengths = [len(side.ids) for row in rows for side in (row.chosen, row.rejected)]
    counts = {"rows": len(rows), "tokens": sum(lengths), "longest": max(lengths)}
    return Prepared(rows, excluded, counts)


def _train(spec: dict[str, Any], rows: list[Compared], say: Callable[..., None]) -> None:
    from stages.dpo_run import train

    reference = spec.get("reference", spec["model"])
    train(spec["model"], reference, rows, Path(spec["out"]), spec["settings"], say)


def main(argv: list[str]) -> int:
    return run(argv, Trainer("stages.dpo", Preference, prepare, _train, also=("reference",)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
