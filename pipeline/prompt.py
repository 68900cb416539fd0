"""Prompts: Markdown files with `{{placeholders}}` (Jinja), filled in one pass so that values cannot
inject placeholders.

A file is one turn: what is asked about one row, ending where the answer begins. With examples the
turn is repeated, once per example with its answer, then once for the row. Text above a line `---`
introduces the examples and is left out without them.
"""

import secrets
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateError, meta

from data.identity import fingerprint
from pipeline.errors import ContractError, UserError

__all__ = ["Template"]


def _text(value: Any) -> Any:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


_JINJA = Environment(undefined=StrictUndefined, keep_trailing_newline=True, finalize=_text)


class Template:
    """The text of a prompt file. Lists are written with commas, a missing value as nothing."""

    def __init__(self, text: str, name: str = "prompt") -> None:
        head, rule, turn = text.partition("\n---\n")
        self.name = name
        self.head, self.turn = (head.strip() + "\n\n", turn) if rule else ("", text)
        if "{{" in self.head:
            raise UserError(
                f"The prompt {name} has a placeholder above its line `---`: what is there is about "
                "no row. Move it below."
            )
        if "loop" in self._parsed():
            raise UserError(f"The prompt {name} has a placeholder called loop; rename that column.")

    @classmethod
    def read(cls, path: Path) -> "Template":
        """The prompt file at `path`; its name is the file's."""
        if not path.is_file():
            known = ", ".join(sorted(p.stem for p in path.parent.glob("*.md")))
            raise UserError(f"There is no prompt {path}. In that folder: {known or 'no .md file'}.")
        return cls(path.read_text(encoding="utf-8"), path.stem)

    @cached_property
    def placeholders(self) -> frozenset[str]:
        return self._parsed()

    def _parsed(self) -> frozenset[str]:
        try:
            _JINJA.from_string(f"{{% for _ in () %}}{self.turn}{{% endfor %}}")
            return frozenset(meta.find_undeclared_variables(_JINJA.parse(self.turn)))
        except TemplateError as error:
            raise UserError(f"The prompt {self.name} is no template: {error}.") from error

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

    @cached_property
    def _for_rows(self) -> Any:
        # one pass over all rows: a context per row would take most of the time of a short prompt
        names = "".join(f"{name}, " for name in sorted(self.placeholders))
        head = f"{{% for {names}ratchet_row_, ratchet_end_ in rows %}}"
        return _JINJA.from_string(f"{head}{self.turn}{{{{ ratchet_end_ }}}}{{% endfor %}}")

    def fill(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """The turn of each row."""
        names = sorted(self.placeholders)
        for row in rows:
            if not self.placeholders <= row.keys():
                self.check(list(row))
        separator = f"\0{secrets.token_hex(16)}\0"  # values cannot hold it
        values = [(*(row[name] for name in names), None, separator) for row in rows]
        return self._for_rows.render(rows=values).split(separator)[:-1]

    def render(
        self, values: Mapping[str, Any], examples: Sequence[tuple[Mapping[str, Any], str]]
    ) -> str:
        """The prompt for one row, after examples with their answers."""
        *shown, turn = self.fill([*(v for v, _ in examples), values])
        answers = (answer.rstrip() for _, answer in examples)
        pieces = (f"{t}{a}\n\n" for t, a in zip(shown, answers, strict=True))
        return f"{self.head if examples else ''}{''.join(pieces)}{turn}"
