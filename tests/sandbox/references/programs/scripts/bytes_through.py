"""Copies its input upside down, as bytes, in large writes."""

import os
import sys

lines = sys.stdin.buffer.readlines()
sys.stdout.buffer.writelines(reversed(lines))
sys.stdout.flush()
os.write(1, b"%d lines\n" % len(lines))
