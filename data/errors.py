"""What a user did or asked for that cannot work: printed as one plain message, exit code 2.

A message says what was found, what was wanted and the remedy. Everything else keeps its traceback.
"""

__all__ = ["UserError"]


class UserError(Exception):
    """A mistake that the user can correct; the message names the remedy."""
