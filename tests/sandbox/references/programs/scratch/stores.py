"""Data kept in files: databases, shelves, logs, archives, mapped memory, settings."""

import configparser
import dbm.dumb
import fcntl
import gzip
import json
import logging.handlers
import mmap
import os
import pickle
import shelve
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path


def database() -> list[tuple]:
    with closing(sqlite3.connect("shop.db")) as made, made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE sale (product TEXT, amount INTEGER)")
        made.executemany("INSERT INTO sale VALUES (?, ?)", [("tea", 2), ("milk", 3)])
    with closing(sqlite3.connect("shop.db")) as made:
        made.execute("VACUUM")
        return made.execute("SELECT * FROM sale ORDER BY amount DESC").fetchall()


def sorted_outside_memory(count: int) -> int:
    with closing(sqlite3.connect(":memory:")) as made:
        made.execute("CREATE TABLE number (n INTEGER, text TEXT)")
        rows = ((count - n, str(n) * 20) for n in range(count))
        made.executemany("INSERT INTO number VALUES (?, ?)", rows)
        made.execute("CREATE INDEX by_text ON number (text, n)")
        return made.execute("SELECT n FROM number ORDER BY text DESC, n LIMIT 1").fetchone()[0]


def shelved() -> dict[str, list[int]]:
    with shelve.Shelf(dbm.dumb.open("shelf", "c")) as shelf:  # type: ignore[arg-type]
        shelf["a"] = [1, 2]
    with shelve.Shelf(dbm.dumb.open("shelf", "r")) as shelf:  # type: ignore[arg-type]
        return dict(shelf)


def rotated(count: int) -> int:
    handler = logging.handlers.RotatingFileHandler("log.txt", maxBytes=100, backupCount=3)
    logger = logging.Logger("rotated")
    logger.addHandler(handler)
    for number in range(count):
        logger.info("this is message number %d", number)
    handler.close()
    return len(list(Path().glob("log.txt*")))


def archived() -> list[str]:
    Path("folder").mkdir()
    Path("folder/a.txt").write_text("a")
    name = shutil.make_archive("packed", "zip", "folder")
    with zipfile.ZipFile(name) as archive:
        archive.extractall("out")
    shutil.unpack_archive(shutil.make_archive("packed", "gztar", "folder"), "again")
    return sorted(os.listdir("out") + os.listdir("again"))


def mapped() -> bytes:
    with open("mapped", "w+b") as file:
        file.truncate(8192)
        with mmap.mmap(file.fileno(), 0) as memory:
            memory[4096:4101] = b"hello"
            memory.flush()
        file.seek(4096)
        return file.read(5)


def locked() -> str:
    with open("lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(file, fcntl.LOCK_UN)
    return "unlocked"


def kept(value: object) -> list[object]:
    with gzip.open("value.json.gz", "wt") as file:
        json.dump(value, file)
    with open("value.pickle", "wb") as file:
        pickle.dump(value, file)
    with gzip.open("value.json.gz", "rt") as first, open("value.pickle", "rb") as second:
        return [json.load(first), pickle.load(second)]


def settings() -> str:
    parser = configparser.ConfigParser()
    parser["a"] = {"x": "1"}
    with open("settings.ini", "w") as file:
        parser.write(file)
    again = configparser.ConfigParser()
    again.read(["settings.ini", "missing.ini"])
    return again["a"]["x"]


# tests
assert database() == [("milk", 3), ("tea", 2)]
assert sorted_outside_memory(20000) == 10001
assert shelved() == {"a": [1, 2]}
assert rotated(10) == 4
assert archived() == ["a.txt", "a.txt"]
assert mapped() == b"hello"
assert locked() == "unlocked"
assert kept({"a": [1]}) == [{"a": [1]}, {"a": [1]}]
assert settings() == "1"
