"""What is kept is whole, and the press works without it."""
from multiprocessing import get_context

from press.store import Store, key


def test_a_key_depends_on_each_part_and_on_where_parts_end():
    assert len({key("ab", "c"), key("a", "bc"), key("abc"), key("ab", "c", "")}) == 4


def test_what_is_kept_is_found_by_another_process(tmp_path):
    Store(tmp_path / "s").put("a", {"x": [1.5]})
    with get_context("spawn").Pool(1) as pool:
        assert pool.apply(_get, (tmp_path / "s", "a")) == {"x": [1.5]}


def _get(path, name):
    return Store(path).get(name)


def test_a_file_that_is_no_store_is_replaced(tmp_path):
    path = tmp_path / "s"
    path.write_bytes(b"this is no database" * 100)
    store = Store(path)
    store.put("a", 1)
    assert store.get("a") == 1
    Store(path).put("b", 2)
    assert Store(path).get("b") == 2


def test_without_a_place_to_write_nothing_is_kept_and_nothing_fails():
    store = Store("/proc/nowhere/s")
    store.put("a", 1)
    assert store.get("a") is None
