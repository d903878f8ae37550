"""What is kept is whole, and the press works without it."""
import contextlib
import sqlite3
from multiprocessing import get_context

import pytest

from press.store import Store, key


def test_a_key_depends_on_each_part_and_on_where_parts_end():
    assert len({key("ab", "c"), key("a", "bc"), key("abc"), key("ab", "c", "")}) == 4


def test_what_is_kept_is_found_by_another_process(tmp_path):
    Store(tmp_path / "s").put("a", {"x": [1.5]})
    with get_context("spawn").Pool(1) as pool:
        assert pool.apply(_get, (tmp_path / "s", "a")) == {"x": [1.5]}


def _get(path, name):
    return Store(path).get(name)


def ask(path, *command):
    """Do something to the file behind the store's back."""
    with contextlib.closing(sqlite3.connect(path)) as file, file:
        file.execute(*command)


FILES = {
    "nothing": lambda path: path.write_bytes(b""),
    "no database": lambda path: path.write_bytes(b"this is no database" * 100),
    "half of itself": lambda path: path.write_bytes(path.read_bytes()[:6000]),
    "zeros behind its head": lambda path: path.write_bytes(path.read_bytes()[:4096] + bytes(8192)),
    "another version": lambda path: ask(path, "PRAGMA user_version = 1"),
    "another table": lambda path: [ask(path, "DROP TABLE kept"), ask(path, "CREATE TABLE kept (a, b, c)"), ask(path, "PRAGMA user_version = 0")],
    "another's journal": lambda path: [path.write_bytes(b"x" * 5000), path.with_name("s-journal").write_bytes(b"y" * 5000)],
}


@pytest.mark.parametrize("damage", FILES.values(), ids=FILES)
def test_a_file_that_is_no_store_is_replaced(tmp_path, damage):
    path = tmp_path / "s"
    Store(path).put("a", {"x": "y" * 9000})
    damage(path)
    store = Store(path)
    assert store.get("a") is None
    store.put("a", 1)
    assert store.get("a") == 1
    Store(path).put("b", 2)
    assert (Store(path).get("a"), Store(path).get("b")) == (1, 2)


ROWS = [
    "NULL", "4", "x'ff'", "''", "'{'", "'4'", "'null'", "'[4]'", "replace(value, '4', '5')", "substr(value, 1, 70)", "value || ' '",
    "CAST(x'ff' AS TEXT)", "(SELECT value FROM kept WHERE key = 'b')",
]


@pytest.mark.parametrize("value", ROWS)
def test_a_value_that_somebody_changed_is_not_believed(tmp_path, value):
    path = tmp_path / "s"
    Store(path).put("a", {"x": 4})
    Store(path).put("b", 4)
    ask(path, f"UPDATE kept SET value = {value} WHERE key = 'a'")
    store = Store(path)
    assert (store.get("a"), store.get("b")) == (None, 4)
    store.put("a", {"x": 4})
    assert Store(path).get("a") == {"x": 4}


def test_a_store_that_grew_too_large_forgets_what_was_not_asked_for(tmp_path):
    path = tmp_path / "s"
    for name in "abc":
        Store(path).put(name, name * 100_000)
    store = Store(path)
    assert store.get("b")
    store.forget(largest=10**6)
    assert store.get("a") and store.get("c")
    store = Store(path)
    assert store.get("b")
    before = path.stat().st_size
    store.forget(largest=10**5)
    assert path.stat().st_size < before / 2
    assert Store(path).get("b") and not Store(path).get("a") and not Store(path).get("c")


def test_without_a_place_to_write_nothing_is_kept_and_nothing_fails():
    store = Store("/proc/nowhere/s")
    store.put("a", 1)
    assert store.get("a") is None
