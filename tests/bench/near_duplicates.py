"""Near-duplicates on synthetic short texts, beside datasketch and against the exact answer.

    python -m tests.bench.near_duplicates [--rows N]

A quarter of the texts are edits of templates, which is the hard case: many are just above or below
the threshold. Each method runs in a process of its own, on one thread, after a small warm-up; its
best CPU time of --repeats counts. The exact answer comes from a sparse product of all pairs.
"""

import argparse
import json
import multiprocessing
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

THRESHOLD, NGRAM = 0.8, 3
Dropped = list[int | None]


def short_texts(rows: int, seed: int = 0) -> list[str]:
    """45 words on average from a skewed vocabulary; one in four is a template with some edits."""
    draw = np.random.default_rng(seed)
    vocabulary = np.array([f"w{number:x}" for number in range(20_000)])
    weights = np.arange(1, len(vocabulary) + 1) ** -0.9
    weights /= weights.sum()
    lengths = np.maximum(draw.poisson(45, rows), 1)
    words = vocabulary[draw.choice(len(vocabulary), lengths.sum(), p=weights)].tolist()
    texts = [words[start:stop] for start, stop in pairwise([0, *lengths.cumsum()])]
    templates = [draw.choice(vocabulary, 45, p=weights).tolist() for _ in range(rows // 100)]
    for row in np.flatnonzero(draw.random(rows) < 0.25):
        texts[row] = list(templates[draw.integers(len(templates))])
        for _ in range(draw.integers(6)):
            texts[row][draw.integers(45)] = str(draw.choice(vocabulary))
    return [" ".join(text) for text in texts]


def shingles(text: str) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[at : at + NGRAM]) for at in range(max(1, len(words) - NGRAM + 1))}


def ratchet(texts: list[str]) -> Dropped:
    from stages.near_duplicates import near_duplicates

    return near_duplicates(pl.Series(texts), THRESHOLD, NGRAM).to_list()


def datasketch(texts: list[str]) -> Dropped:
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=THRESHOLD, num_perm=128)
    dropped: Dropped = []
    for row, text in enumerate(texts):
        sketch = MinHash(num_perm=128)
        sketch.update_batch([shingle.encode() for shingle in shingles(text)])
        twins = index.query(sketch)
        dropped.append(min((int(str(twin)) for twin in twins), default=None))
        if not twins:
            index.insert(row, sketch)
    return dropped


METHODS: dict[str, Callable[[list[str]], Dropped]] = {"ratchet": ratchet, "datasketch": datasketch}


def measured(method: str, path: Path, repeats: int) -> tuple[Dropped, float, float]:
    """What a method dropped, its best CPU seconds and the MB by which the process grew."""
    texts = pl.read_parquet(path)["text"].to_list()
    METHODS[method](texts[:1_000])
    before = peak_megabytes()
    seconds, dropped = [], []
    for _ in range(repeats):
        start = time.process_time()
        dropped = METHODS[method](texts)
        seconds.append(time.process_time() - start)
    return dropped, min(seconds), peak_megabytes() - before


def peak_megabytes() -> float:
    """From Linux itself: getrusage would answer with the parent's peak where that is higher."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else float("nan")


def similar_pairs(texts: list[str]) -> Iterator[tuple[int, int]]:
    """All pairs (later, earlier) of texts at or above the threshold, in order."""
    from scipy.sparse import csr_array

    numbers: dict[str, int] = {}
    sets = [[numbers.setdefault(item, len(numbers)) for item in shingles(text)] for text in texts]
    sizes = np.array([len(one) for one in sets])
    bounds = np.concatenate([[0], sizes.cumsum()])
    columns = np.concatenate(sets)
    table = csr_array(
        (np.ones(len(columns), np.int32), columns, bounds), (len(texts), len(numbers))
    )
    for start in range(0, len(texts), 5_000):
        shared = (table[start : start + 5_000] @ table.T).tocoo()
        later, earlier = shared.coords[0] + start, shared.coords[1]
        alike = shared.data / (sizes[later] + sizes[earlier] - shared.data) >= THRESHOLD
        pairs = np.stack([later, earlier])[:, alike & (earlier < later)]
        yield from pairs[:, np.lexsort(pairs[::-1])].T.tolist()


def main() -> None:
    parser = argparse.ArgumentParser(description="near_duplicates beside datasketch")
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    os.environ |= {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}

    texts = short_texts(options.rows)
    pairs = list(similar_pairs(texts))
    truth: Dropped = [None] * len(texts)
    for later, earlier in pairs:
        if truth[later] is None and truth[earlier] is None:
            truth[later] = earlier
    gone = {row for row, twin in enumerate(truth) if twin is not None}
    repeated = {later for later, _ in pairs}
    print(
        f"{len(texts):,} texts, {len(pairs):,} pairs at or above {THRESHOLD}, {len(gone):,} to drop"
    )

    print(f"{'method':<12}{'rows/s/core':>12}{'recall':>9}{'precision':>11}{'peak MB':>9}")
    speed, recall, precision = {}, {}, {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.parquet"
        pl.DataFrame({"text": texts}).write_parquet(path)
        for method in METHODS:
            spawn = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(1, mp_context=spawn) as own:
                answer, seconds, peak = own.submit(measured, method, path, options.repeats).result()
            dropped = {row for row, twin in enumerate(answer) if twin is not None}
            speed[method] = len(texts) / seconds
            recall[method] = len(dropped & gone) / max(1, len(gone))
            precision[method] = len(dropped & repeated) / max(1, len(dropped))
            print(
                f"{method:<12}{speed[method]:>12,.0f}{recall[method]:>9.4f}"
                f"{precision[method]:>11.4f}{peak:>9,.0f}"
            )
            if method == "ratchet" and answer != truth:
                raise SystemExit("ratchet named other rows than the exact answer does")
    print(
        json.dumps(
            {
                "rows_per_second": round(speed["ratchet"]),
                "recall": recall["ratchet"],
                "precision": precision["ratchet"],
                "times_datasketch": round(speed["ratchet"] / speed["datasketch"], 1),
            }
        )
    )


if __name__ == "__main__":
    main()
