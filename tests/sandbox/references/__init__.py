"""Programs that are right by construction: what the sandbox must let pass.

They also say which system calls honest programs make (tools/derive_syscalls.py): a call that none
of them needs is refused.
"""

from sandbox import Job
from tests.sandbox.references.library_doctests import library_doctests
from tests.sandbox.references.small_world import small_world
from tests.sandbox.references.written import written

__all__ = ["references"]


def references() -> list[Job]:
    """Everything, in three groups: the ids begin with world/, library/ or program/."""
    return [*small_world(), *library_doctests(), *written()]
