"""Files and folders made, changed, copied, moved and removed in the working directory."""

import csv
import filecmp
import fileinput
import os
import shutil
import tempfile
from pathlib import Path


def written(lines: list[str]) -> list[str]:
    path = Path("lines.txt")
    path.write_text("\n".join(lines))
    with path.open("a") as file:
        file.write("\nend")
        file.flush()
        os.fsync(file.fileno())
    with open(path) as file:
        found = [line.rstrip() for line in file]
    path.unlink()
    return found


def edited(text: str) -> bytes:
    with open("edited.bin", "w+b", buffering=0) as file:
        file.write(text.encode())
        file.seek(1)
        file.write(b"_")
        file.truncate(4)
        os.pwrite(file.fileno(), b"!", 3)
        os.posix_fallocate(file.fileno(), 0, 4)
        file.seek(0)
        return file.read()


def tree(names: list[str]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in names:
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch()
        shutil.copytree(root, root.with_name("copy"))
        shutil.move(str(root.with_name("copy")), root / "moved")
        found = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
        shutil.rmtree(root / "moved")
        return found


def links() -> tuple[bytes, bool, str]:
    Path("a").write_bytes(b"data")
    os.symlink("a", "soft")
    os.link("a", "hard")
    found = Path("soft").read_bytes(), os.path.samefile("a", "hard"), os.readlink("soft")
    os.replace("hard", "a")
    os.remove("soft")
    return found


def modes() -> str:
    path = Path("mode")
    path.touch(mode=0o600)
    path.chmod(0o640)
    os.utime(path, (1, 2))
    about = path.stat()
    return f"{about.st_mode & 0o777:o} {about.st_mtime:.0f} {os.access(path, os.W_OK)}"


def beside(name: str) -> list[str]:
    """By the folder's descriptor instead of its path."""
    os.mkdir("beside")
    folder = os.open("beside", os.O_RDONLY)
    os.mkdir(name, dir_fd=folder)
    with open(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=folder), "w") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write("x")
    os.symlink("file", "soft", dir_fd=folder)
    os.link("file", "hard", src_dir_fd=folder, dst_dir_fd=folder)
    os.rename("hard", f"{name}/moved", src_dir_fd=folder, dst_dir_fd=folder)
    found = [os.readlink("soft", dir_fd=folder), *sorted(os.listdir(folder))]
    readable = os.access("file", os.R_OK, dir_fd=folder)
    os.close(folder)
    shutil.copytree("beside", "copied", symlinks=True)
    return [*found, str(readable), *os.listdir(f"copied/{name}")]


def temporary() -> int:
    with tempfile.TemporaryFile("w+") as file, tempfile.NamedTemporaryFile() as named:
        file.write("hello")
        file.seek(0)
        named.write(file.read().encode())
        return named.tell() + os.path.exists(named.name)


def spooled(size: int) -> int:
    with tempfile.SpooledTemporaryFile(max_size=100) as file:
        file.write(b"x" * size)
        file.seek(0)
        return len(file.read())


def in_place() -> str:
    Path("numbers").write_text("1\n2\n")
    with fileinput.input("numbers", inplace=True) as lines:
        for line in lines:
            print(int(line) * 2)
    return Path("numbers").read_text()


def tables() -> list[dict[str, str]]:
    with open("table.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, ["a", "b"])
        writer.writeheader()
        writer.writerow({"a": 1, "b": "x y"})
    shutil.copy2("table.csv", "copy.csv")
    assert filecmp.cmp("table.csv", "copy.csv", shallow=False)
    with open("copy.csv", newline="") as file:
        return list(csv.DictReader(file))


# tests
assert written(["a", "b"]) == ["a", "b", "end"]
assert edited("hello") == b"h_l!"
assert tree(["x", "a/b/y"]) == ["a/b/y", "moved/a/b/y", "moved/x", "x"]
assert links() == (b"data", True, "a")
assert modes() == "640 2 True"
assert beside("inner") == ["file", "file", "inner", "soft", "True", "moved"]
assert temporary() == 6
assert spooled(1000) == 1000
assert in_place() == "2\n4\n"
assert tables() == [{"a": "1", "b": "x y"}]
