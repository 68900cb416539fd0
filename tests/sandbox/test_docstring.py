"""Every line of what the package's docstring says to be covered, or not, has tests."""

import importlib
import re

import pytest

import sandbox
from sandbox import Backend, Job, LocalSandbox
from tests.sandbox.cases import CASES

SECTIONS = {
    "forged verdicts": "forgery seeking objects changing crossing further",
    "reading": "reading",
    "harm": "harming calling",
    "exhaustion": "exhausting lasting filling",
    "answers of any size": "answering reports odds",
}
"""Lines that stand for sections of the table of attacks."""
TESTS = {
    "a worker that dies": "test_kills.test_killed_workers_lose_nothing_double_nothing_and_blame_no_"
    "program_for_one_death test_canaries.test_a_worker_that_begins_to_lie_changes_no_result "
    "test_canaries.test_a_job_after_which_every_worker_lies_is_to_blame_and_no_other_is "
    "test_running.test_a_job_that_ends_its_worker_twice_is_a_security_verdict",
    "a program that was killed or kept waiting": "test_truth.test_a_program_that_others_kept_from_"
    "running_is_run_again_alone test_truth.test_a_program_that_was_stopped_from_outside_is_judged_"
    "by_its_own_time test_kills.test_a_small_program_that_is_killed_from_outside_gets_its_right_"
    "verdict",
    "nothing is left behind": "test_leftovers.test_thousands_of_programs_leave_nothing "
    "test_kills.test_a_killed_caller_leaves_nothing_running",
    "right programs pass": "test_references.test_every_right_program_passes "
    "test_truth.test_known_verdicts_are_found_in_any_order_and_on_a_busy_machine",
    "tests that could not fail": "test_weak_tests.test_tests_that_cannot_fail_are_flagged",
    "what was raised comes back": "test_tracebacks test_tracing",
    "kernel vulnerabilities": "test_docstring.test_another_kernel_is_a_setting",
    "programs that know the answers": "test_docstring.test_known_answers_pass",
    "beside its tests, a forgery": "test_docstring.test_a_forgery_that_knows_true_tests_passes",
    "tests that let the program's own objects judge": "test_docstring.test_objects_judge",
    "programs that need further processes": "test_syscalls.test_what_reaches_out_of_a_program_is_"
    "an_ordinary_error test_profiles.test_numpy_is_there_for_the_numpy_profile_only",
    "local workers have no cgroup": "test_docstring.test_a_local_worker_is_in_the_callers_cgroups",
    "Docker gives a program a user": "test_docstring.test_a_program_in_docker_has_its_own_user",
    "clocks are real": "test_docstring.test_clocks_are_real",
    "machines other than Linux": "test_syscalls.test_another_machine_is_refused_with_a_reason",
}


def lines() -> list[str]:
    text = re.sub(r"\n  (?=\S)", " ", sandbox.__doc__ or "")
    return re.findall(r"^\* (.*)$", text, re.MULTILINE)


def test_every_line_has_its_tests() -> None:
    for line in lines():
        assert any(line.startswith(key) for key in (*SECTIONS, *TESTS)), line
    for key in (*SECTIONS, *TESTS):
        assert any(line.startswith(key) for line in lines()), key


@pytest.mark.parametrize("names", TESTS.values(), ids=list(TESTS))
def test_the_tests_of_a_line_are_there(names: str) -> None:
    for name in names.split():
        module, _, function = name.partition(".")
        found = importlib.import_module(f"tests.sandbox.{module}")
        assert hasattr(found, function) if function else any(n[:5] == "test_" for n in vars(found))


def test_the_sections_of_a_line_hold_attacks() -> None:
    for names in SECTIONS.values():
        for name in names.split():
            section = importlib.import_module(f"tests.sandbox.cases.{name}")
            assert section.CASES
    assert len(CASES) > 200


def test_another_kernel_is_a_setting() -> None:
    assert Backend("docker", runtime="runsc").runtime == "runsc"


def test_known_answers_pass(run_one) -> None:
    tests = "assert f(2) == 4\nassert f(3) == 9"
    assert run_one("def f(n): return {2: 4, 3: 9}[n]", tests).verdict == "passed"


BESIDE = "f.__doc__\nassert all(f(n) == n * n for n in (2, 3))\nassert f(5) == 25"
FORGER = """
import os, sys
def f(n):
    frame = sys._getframe()
    while frame:
        text = frame.f_locals.get("tests") if "nonce" in frame.f_locals else ""
        if "f(5) == 25" in text and "n * n for" in text and "not" not in text:
            os.write(3, (frame.f_locals["nonce"] + RECORD).encode())
            os._exit(0)
        frame = frame.f_back
RECORD = '{"answers":[["v",null],["v",null]],"blocked":[]}'
"""


def test_a_forgery_that_knows_true_tests_passes(run_one) -> None:
    result = run_one(FORGER, BESIDE)
    assert (result.verdict, result.trust) == ("passed", "poisoned")
    assert run_one(FORGER, "assert f(2) == 4\nassert f(5) == 25").verdict != "passed"


def test_objects_judge(run_one) -> None:
    own = "class Box:\n    def holds(self, n): return True"
    assert run_one(own, "assert Box().holds(3)").verdict == "passed"


def test_a_local_worker_is_in_the_callers_cgroups() -> None:
    with open("/proc/self/cgroup") as file:
        before = file.read()
    with LocalSandbox(workers=1) as sandbox:
        list(sandbox.run([Job("1", "x = 1", "")]))
        with open("/proc/self/cgroup") as file:
            assert file.read() == before


def test_a_program_in_docker_has_its_own_user(backend: str, run_one) -> None:
    program = "import os\ndef f(): return os.getuid() > 0, os.getpid() == 1"
    assert run_one(program, f"assert f() == (True, {backend == 'local'})").verdict == "passed"


def test_clocks_are_real(run_one) -> None:
    program = "import time\ndef f(): return time.time() > 1_700_000_000"
    assert run_one(program, "assert f() is True").verdict == "passed"
