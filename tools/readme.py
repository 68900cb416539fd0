"""Write the parts of the README that are made from the code: the table of flows and a flow's text.

python tools/readme.py            writes them
python tools/readme.py --check    exits with 1 where they differ
"""

import re
import sys
from pathlib import Path

from flows.cli.find import known_flows

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"


def flow_table() -> str:
    """One line a flow: its name, its first docstring line, its paper."""
    lines = ["| flow | what it does | paper |", "|---|---|---|"]
    for flow in known_flows():
        text = flow.file.read_text()
        paper = re.search(r"arXiv (\d{4}\.\d{4,5})", text)
        cited = f"[arXiv {paper[1]}](https://arxiv.org/abs/{paper[1]})" if paper else ""
        path = flow.file.relative_to(ROOT)
        lines.append(f"| [`{flow.name}`]({path}) | {flow.summary} | {cited} |")
    return "\n".join(lines)


def flow_text() -> str:
    """The body of SelfCodeAlign, as it is in its file."""
    text = (ROOT / "flows" / "selfcodealign.py").read_text()
    return "```python\n" + text[text.index("@flow\n") :].rstrip() + "\n```"


def rendered(readme: str) -> str:
    """The README with its made parts made anew."""
    for name, made in (("flows", flow_table()), ("flow text", flow_text())):
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        readme, count = pattern.subn(lambda m, made=made: f"{m[1]}{made}\n{m[2]}", readme)
        assert count == 1, f"README.md has {count} places for the {name}"
    return readme


def main() -> int:
    found = README.read_text()
    wanted = rendered(found)
    if "--check" in sys.argv:
        if found != wanted:
            print("README.md is behind the code: make format writes it", file=sys.stderr)
        return int(found != wanted)
    README.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
