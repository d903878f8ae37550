"""What is kept is whole, serves two builds at once, and the press works without it."""
import contextlib
import sqlite3
import threading

import pytest

from press.run import cache
from press.run.cache import Cache, key


def kept(path, *keys):
    """What another build finds."""
    with contextlib.closing(Cache(path)) as found:
        return [found.get(name) for name in keys]


def keep(path, values):
    """A build that keeps values."""
    with contextlib.closing(Cache(path)) as made:
        for name, value in values.items():
            made.put(name, value)


def ask(path, command):
    """Do something to the file behind the cache's back."""
    with contextlib.closing(sqlite3.connect(path)) as file, file:
        file.execute(command)


def test_a_key_depends_on_each_part_and_on_where_parts_end():
    assert len({key("ab", "c"), key("a", "bc"), key("abc"), key("ab", "c", "")}) == 4
    assert key("é") == key("é".encode())


def test_what_is_put_is_found_at_once_also_by_others(tmp_path):
    path, value = tmp_path / "new" / "c", {"x": [1.5, None, "é", float("inf")]}
    made = Cache(path)
    made.put("a", value)
    assert made.get("a") == value and made.get("b") is None and kept(path, "a") == [value]
    made.close()
    made.put("c", 2)   # a build that is being ended
    assert made.get("c") == 2 and kept(path, "a", "c") == [value, None]


def test_two_builds_and_their_threads_keep_at_once(tmp_path, capfd):
    builds = [Cache(tmp_path / "c") for _ in range(2)]

    def work(build, number):
        for i in range(20):
            build.put(f"{number} {i}", i)

    threads = [threading.Thread(target=work, args=(build, number)) for number, build in enumerate(builds * 2)]
    for act in threading.Thread.start, threading.Thread.join:
        for thread in threads:
            act(thread)
    for build in builds:
        build.close()
    assert kept(tmp_path / "c", *(f"{number} {i}" for number in range(4) for i in range(20))) == list(range(20)) * 4
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("damage", [
    lambda path: path.write_bytes(b"this is no database" * 100),
    lambda path: path.write_bytes(path.read_bytes()[:6000]),
    lambda path: path.write_bytes(path.read_bytes()[:4096] + bytes(8192)),
    lambda path: ask(path, "PRAGMA user_version = 1"),
], ids=["no database", "half of itself", "zeros behind its head", "another version"])
def test_a_damaged_file_is_begun_anew(tmp_path, capfd, damage):
    path = tmp_path / "c"
    keep(path, {"a": "y" * 9000})
    damage(path)
    assert kept(path, "a") == [None]
    keep(path, {"a": 1})
    said = capfd.readouterr().err
    assert kept(path, "a") == [1]
    assert said.startswith(f"press: {path} is begun anew: ") and said.count("\n") == 1


def test_the_oldest_is_dropped(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "LARGEST", 250_000)
    for name in "abc":
        keep(tmp_path / "c", {name: name * 100_000})
    assert [bool(value) for value in kept(tmp_path / "c", "a", "b", "c")] == [False, True, True]


def test_without_a_place_to_write_nothing_is_kept_and_nothing_fails(tmp_path, capfd):
    (tmp_path / "file").write_text("no folder")
    made = Cache(tmp_path / "file" / "c")
    made.put("a", 1)
    assert made.get("a") == 1 and made.get("b") is None
    made.close()
    said = capfd.readouterr().err
    assert said.count("\n") == 1 and "cannot be used, so nothing is kept" in said
