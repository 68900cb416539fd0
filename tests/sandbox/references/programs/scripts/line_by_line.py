"""Asks for a number of cases, reads them one by one, answers each, then exits."""

import sys


def main() -> None:
    for case in range(int(input())):
        a, b = map(int, input("").split())
        print(f"Case #{case + 1}: {a + b}", flush=True)
    print("done", file=sys.stderr)
    sys.exit(0)


if __name__ == "__main__":
    main()
