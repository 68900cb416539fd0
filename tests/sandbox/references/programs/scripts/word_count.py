"""Counts the words of its input, the most frequent first."""

import sys
from collections import Counter

words = Counter(sys.stdin.read().lower().split())
for word, count in sorted(words.items(), key=lambda pair: (-pair[1], pair[0])):
    print(f"{count:3} {word}")
