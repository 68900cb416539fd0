"""A small database in memory: tables, queries, transactions and functions of Python."""

import sqlite3
from contextlib import closing


def filled() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:")
    made.execute("CREATE TABLE sale (product TEXT, amount REAL, day INTEGER)")
    rows = [("tea", 2.5, 1), ("milk", 1.0, 1), ("tea", 3.5, 2), ("bread", 4.0, 3)]
    made.executemany("INSERT INTO sale VALUES (?, ?, ?)", rows)
    made.commit()
    return made


def totals() -> list[tuple[str, float]]:
    with closing(filled()) as made:
        query = "SELECT product, SUM(amount) FROM sale GROUP BY product ORDER BY product"
        return made.execute(query).fetchall()


def rolled_back() -> int:
    with closing(filled()) as made:
        try:
            with made:
                made.execute("DELETE FROM sale")
                made.execute("INSERT INTO nothing VALUES (1)")
        except sqlite3.OperationalError:
            pass
        return made.execute("SELECT COUNT(*) FROM sale").fetchone()[0]


def shouted() -> list[str]:
    with closing(filled()) as made:
        made.create_function("shout", 1, lambda text: text.upper() + "!")
        made.row_factory = sqlite3.Row
        rows = made.execute("SELECT DISTINCT shout(product) AS name FROM sale ORDER BY 1")
        return [row["name"] for row in rows]


# tests
assert totals() == [("bread", 4.0), ("milk", 1.0), ("tea", 6.0)]
assert rolled_back() == 4
assert shouted() == ["BREAD!", "MILK!", "TEA!"]
