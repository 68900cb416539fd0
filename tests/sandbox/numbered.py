"""Jobs that are known by their number, also where only their bytes are seen."""

from sandbox import Job, Limits, Verdict

__all__ = ["job", "mixed", "number_in"]

BRIEF = Limits(cpu_seconds=0.1)


def job(number: int, before: str = "", wrong: bool = False, limits: Limits = Limits()) -> Job:
    """A program that squares and adds; its tests fail if it is `wrong`."""
    program = f"# job {number};\n{before}def f(n):\n    return n * n + {number + wrong}\n"
    return Job(str(number), program, f"assert f(2) == {4 + number}", limits)


def number_in(program: str) -> str:
    """The id of the job whose program this is, or ""."""
    return program.partition("# job ")[2].partition(";")[0]


def mixed(size: int) -> tuple[list[Job], dict[str, Verdict]]:
    """Programs that pass and fail, raise, crash and do not end; and what must come of them."""
    jobs: list[Job] = []
    wanted: dict[str, Verdict] = {}
    for number in range(size):
        match number % 60:
            case 25:
                jobs.append(job(number, "while True: pass\n", limits=BRIEF))
                wanted[str(number)] = "timeout"
            case 5 | 35:
                jobs.append(job(number, "import ctypes; ctypes.string_at(0)\n"))
                wanted[str(number)] = "crashed"
            case 10 | 20 | 40 | 50:
                jobs.append(job(number, "raise ValueError\n"))
                wanted[str(number)] = "error"
            case _:
                jobs.append(job(number, wrong=number % 3 == 0))
                wanted[str(number)] = "passed" if number % 3 else "failed"
    return jobs, wanted
