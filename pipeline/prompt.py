"""Prompts: Markdown files with `{{placeholders}}` (Jinja), filled in one pass so that values cannot
inject placeholders.

A file is one turn: what is asked about one row, ending where the answer begins. With examples the
turn is repeated, once per example with its answer, then once for the row. Text above a line `---`
introduces the examples and is left out without them.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateError, meta

from data.identity import fingerprint
from pipeline.errors import ContractError, UserError

__all__ = ["Template"]


def _text(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


_JINJA = Environment(undefined=StrictUndefined, keep_trailing_newline=True, finalize=_text)


class Template:
    """The text of a prompt file. Lists are written with commas."""

    def __init__(self, text: str, name: str = "prompt") -> None:
        head, rule, turn = text.partition("\n---\n")
        self.name = name
        self.head, self.turn = (head.strip() + "\n\n", turn) if rule else ("", text)
        try:
            self._compiled = _JINJA.from_string(self.turn)
        except TemplateError as error:
            raise UserError(f"The prompt {name} is no template: {error}.") from error

    @classmethod
    def read(cls, path: Path) -> "Template":
        """The prompt file at `path`; its name is the file's."""
        if not path.is_file():
            known = ", ".join(sorted(p.stem for p in path.parent.glob("*.md")))
            raise UserError(f"There is no prompt {path}. In that folder: {known or 'no .md file'}.")
        return cls(path.read_text(encoding="utf-8"), path.stem)

    @cached_property
    def placeholders(self) -> frozenset[str]:
        return frozenset(meta.find_undeclared_variables(_JINJA.parse(self.turn)))

    @property
    def fingerprint(self) -> str:
        return fingerprint([self.head, self.turn])

    def check(self, columns: Sequence[str]) -> None:
        """Raise ContractError when a placeholder is no column."""
        if missing := sorted(self.placeholders.difference(columns)):
            raise ContractError(
                f"The prompt {self.name} asks for {', '.join(missing)}, which its rows do not have "
                f"(they have {', '.join(columns)}). Rename the placeholder or the column."
            )

    def fill(self, values: Mapping[str, Any]) -> str:
        """The turn for one row."""
        # render() first copies the environment's globals: most of its time for a short prompt
        context = self._compiled.new_context(dict(values), shared=True)
        return "".join(self._compiled.root_render_func(context))

    def render(
        self, values: Mapping[str, Any], examples: Sequence[tuple[Mapping[str, Any], str]] = ()
    ) -> str:
        """The prompt for one row, after examples with their answers."""
        turn = self.fill(values)
        if not examples:
            return turn
        shown = "".join(f"{self.fill(v)}{answer.rstrip()}\n\n" for v, answer in examples)
        return f"{self.head}{shown}{turn}"
