import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_readmes_flows_are_those_of_the_code():
    command = [sys.executable, "tools/readme.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_file_that_the_readme_links_to_is_there():
    links = re.findall(r"\]\((?!https?://|#)([^)]+)\)", (ROOT / "README.md").read_text())
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_docstrings_of_flows_cite_their_paper_and_list_their_deviations():
    for path in (ROOT / "flows").glob("*.py"):
        text = path.read_text()
        if "@flow\n" in text:
            assert "arXiv" in text, path.name
            assert "Deviations:" in text, path.name
