"""What can go wrong, and who has to act.

    UserError (data.errors)      the user: printed without a traceback, exit code 2
    ├── SettingError             a setting that does not exist or does not fit its type
    ├── ContractError            a table that lacks columns, or a stage that wrote others
    ├── RunError                 a run folder that cannot be used as asked
    ├── ModelError               a model that cannot be loaded or trained as asked
    └── StageFailed              more rows failed than the stage allows; the reasons are counted
    InfrastructureError          the machine: retried, never recorded as a result
    Cancelled                    another part of the run failed first; says nothing itself

What untrusted programs and models do wrong is data (a verdict, a dropped row), never an exception.
"""

from data.errors import UserError

__all__ = [
    "Cancelled",
    "ContractError",
    "InfrastructureError",
    "ModelError",
    "RunError",
    "SettingError",
    "StageFailed",
    "UserError",
]


class SettingError(UserError):
    """A setting that does not exist or does not fit its type."""


class ContractError(UserError):
    """A table that lacks what a stage reads, or a stage whose output is not what it declares."""


class RunError(UserError):
    """A run folder that cannot be used as asked."""


class ModelError(UserError):
    """A model that cannot be loaded or trained as asked."""


class StageFailed(UserError):
    """More rows failed than the stage allows; the message counts the reasons."""


class InfrastructureError(Exception):
    """The machine failed, not the row: the work is tried again and never recorded as a result."""


class Cancelled(Exception):
    """Raised in a stage whose run failed elsewhere; the first failure is the one to report."""
