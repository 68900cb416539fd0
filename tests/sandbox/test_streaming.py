"""Results come while the batch is running: as soon as they are certain, and not before."""

import time
from itertools import pairwise

from tests.sandbox.cases.backends import open_sandbox
from tests.sandbox.lying import tampered
from tests.sandbox.numbered import job, mixed


def test_no_result_is_given_out_before_its_worker_was_checked(backend: str) -> None:
    jobs, wanted = mixed(200)
    with open_sandbox(backend, 2) as box:
        workers = tampered(box, lambda _, question, response: response)
        for result in box.run(jobs):
            assert result.verdict == wanted[result.id]
            (where,) = (w for w in workers if result.id in {q.job for q in [*w.answered]})
            answered = [*where.answered]
            last = max(at for at, question in enumerate(answered) if question.job == result.id)
            assert sum(question.canary for question in answered[last:]) >= 3


def test_results_of_slow_programs_stream_back_during_the_batch(backend: str) -> None:
    slow = [job(number, "import time; time.sleep(0.3)\n") for number in range(30)]
    with open_sandbox(backend, 2) as box:
        list(box.run([job(1000)]))
        start = time.monotonic()
        came = [time.monotonic() - start for _ in box.run(slow)]
    assert came[0] < 2.5
    assert max(after - before for before, after in pairwise(came)) < 2.5


def test_results_of_slow_programs_come_one_by_one() -> None:
    slow = [job(number, "import time; time.sleep(0.7)\n") for number in range(9)]
    with open_sandbox("local") as box:
        list(box.run([job(1000)]))
        start = time.monotonic()
        came = [time.monotonic() - start for _ in box.run(slow)]
    # the first four were sent together, before anything was known of them
    later = [after - before for before, after in pairwise(came[4:])]
    assert max(later) < 2.5
    assert sum(gap > 0.3 for gap in later) >= 2, came
