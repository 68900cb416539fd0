"""The strong model of the reasoning world: answers, checks and puts right without mistakes.

open_model("scripted:data/reasoning/annotator.py:annotate")
"""

import re

from data.reasoning.documents import PROMPTS, check, refined
from data.reasoning.families import work_out

__all__ = ["annotate"]

KNOWN = ("refine_response", "give_feedback", "write_question", "try_again", "answer_question")


def annotate(prompt: str, seed: int) -> str:
    """What an expert says to one of the loops' prompts; nothing to any other."""
    for name in KNOWN:
        if (values := _values(name, prompt)) is not None:
            return _said(name, **values) or ""
    return ""


def _said(name: str, instruction: str, response: str = "", feedback: str = "") -> str | None:
    if name == "give_feedback":
        return check(instruction, response)
    if name == "refine_response":
        return refined(instruction, response, feedback)
    return instruction if name == "write_question" else work_out(instruction)


def _values(name: str, prompt: str) -> dict[str, str] | None:
    """What a prompt was filled with. A response may hold anything, headings of the prompt too: it
    reaches to the last of them."""
    template = (PROMPTS / f"{name}.md").read_text(encoding="utf-8").rstrip("\n")
    pieces = re.split(r"\{\{(\w+)\}\}", template)
    pattern = "".join(
        f"(?P<{piece}>.*{'' if piece == 'response' else '?'})" if i % 2 else re.escape(piece)
        for i, piece in enumerate(pieces)
    )
    before = r"(?:.*\n\n)?" if name == "try_again" else ""  # it comes after a conversation
    found = re.fullmatch(before + pattern, prompt, re.DOTALL)
    return found.groupdict() if found else None
