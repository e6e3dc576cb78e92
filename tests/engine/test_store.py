"""The files of the cache: whole or not at all, ours or not at all."""

from __future__ import annotations

import os
import random
import threading
import time
from pathlib import Path

import pytest

from archcheck.engine import store as module
from archcheck.engine.store import SIGNATURE, TAG, Store, StoreError

ENTRIES = {"a": b"one", "b": b"", "c": bytes(range(256))}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache", b"secret")


def test_what_was_saved_is_loaded_in_its_order(store: Store) -> None:
    store.save("modules", ENTRIES)
    assert list(store.load("modules").items()) == list(ENTRIES.items())
    assert store.load("reports") == {}


def test_the_folder_says_that_it_is_a_cache_and_keeps_out_of_git(store: Store) -> None:
    store.save("modules", ENTRIES)
    assert (store.folder / TAG).read_text().startswith(SIGNATURE)
    assert (store.folder / ".gitignore").read_text() == "*\n"


def test_damage_anywhere_is_a_miss(store: Store) -> None:
    store.save("modules", ENTRIES)
    path = store.folder / "modules.pack"
    whole = path.read_bytes()
    generator = random.Random(7)
    for _ in range(200):
        damaged = bytearray(whole)
        damaged[generator.randrange(len(whole))] ^= 1 << generator.randrange(8)
        path.write_bytes(damaged)
        assert store.load("modules") == {}
    for length in (0, 1, 20, 60, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert store.load("modules") == {}


def test_a_file_that_another_secret_sealed_is_a_miss(store: Store) -> None:
    Store(store.folder, b"the attacker's").save("modules", ENTRIES)
    assert store.load("modules") == {}


def test_a_file_cannot_pass_for_another(store: Store) -> None:
    store.save("modules", ENTRIES)
    (store.folder / "modules.pack").rename(store.folder / "reports.pack")
    assert store.load("reports") == {}


def test_a_link_is_neither_read_nor_written_through(store: Store, tmp_path: Path) -> None:
    outside = Store(tmp_path / "outside", b"secret")
    outside.save("modules", ENTRIES)
    store.folder.symlink_to(outside.folder)
    assert store.load("modules") == {}
    with pytest.raises(StoreError, match="symbolic link"):
        store.save("modules", {})
    with pytest.raises(StoreError, match="symbolic link"):
        store.clear()
    assert outside.load("modules") == ENTRIES


def test_a_link_in_place_of_a_file_is_replaced_and_not_followed(
    store: Store, tmp_path: Path
) -> None:
    store.save("modules", ENTRIES)
    victim = tmp_path / "victim"
    victim.write_bytes((store.folder / "modules.pack").read_bytes())
    (store.folder / "modules.pack").unlink()
    (store.folder / "modules.pack").symlink_to(victim)
    before = victim.read_bytes()
    assert store.load("modules") == {}
    store.save("modules", {"other": b"data"})
    assert victim.read_bytes() == before
    assert not (store.folder / "modules.pack").is_symlink()


def test_a_pipe_in_place_of_a_file_does_not_hang(store: Store) -> None:
    store.save("modules", ENTRIES)
    (store.folder / "modules.pack").unlink()
    os.mkfifo(store.folder / "modules.pack")
    assert store.load("modules") == {}


def test_a_folder_with_other_files_is_left_alone(store: Store) -> None:
    store.folder.mkdir()
    (store.folder / "thesis.txt").write_text("years of work")
    with pytest.raises(StoreError, match="holds other files"):
        store.save("modules", ENTRIES)
    with pytest.raises(StoreError, match="no cache"):
        store.clear()
    assert [path.name for path in store.folder.iterdir()] == ["thesis.txt"]


def test_clear_deletes_what_is_ours_and_no_more(store: Store) -> None:
    store.save("modules", ENTRIES)
    store.save("reports", ENTRIES)
    assert store.clear() == 2
    assert not store.folder.exists()
    assert store.clear() == 0
    store.save("modules", ENTRIES)
    (store.folder / "note.txt").write_text("mine")
    store.clear()
    assert [path.name for path in store.folder.iterdir()] == ["note.txt"]


def test_a_place_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        Store(tmp_path / "file" / "cache").save("modules", ENTRIES)


def test_a_full_disk_is_told_and_leaves_the_old_file(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save("modules", ENTRIES)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(StoreError, match="No space left"):
        store.save("modules", {})
    assert store.load("modules") == ENTRIES
    assert not list(store.folder.glob("*.part"))


def test_more_than_the_limit_is_not_written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 100)
    with pytest.raises(StoreError, match="larger than"):
        store.save("modules", ENTRIES)


def test_a_file_above_the_limit_is_not_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.save("modules", {"a": bytes(10_000)})
    monkeypatch.setattr(module, "MAX_BYTES", 100)
    assert store.load("modules") == {}


def test_the_number_of_files_is_bounded_and_what_killed_runs_left_goes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MAX_FILES", 3)
    store.save("modules", ENTRIES)
    left, fresh = store.folder / "modules.pack.x.part", store.folder / "modules.pack.y.part"
    left.write_bytes(b"")
    fresh.write_bytes(b"")
    os.utime(left, (1, 1))
    for number in range(5):
        target = Store(store.folder, b"secret", f"{number}-")
        target.save("modules", ENTRIES)
        age = time.time() - 100 + number
        os.utime(store.folder / f"{number}-modules.pack", (age, age))
    assert {path.name[:1] for path in store.folder.glob("*.pack")} == {"3", "4", "m"}
    assert not left.exists()
    assert fresh.exists()


def test_runs_side_by_side_see_one_file_or_the_other(store: Store) -> None:
    versions = [{"k": bytes([number]) * 50_000} for number in range(4)]
    store.save("modules", versions[0])
    broken: list[object] = []

    def write(version: dict[str, bytes]) -> None:
        for _ in range(15):
            store.save("modules", version)

    def read() -> None:
        for _ in range(60):
            found = store.load("modules")
            if found not in versions:
                broken.append(found)

    threads = [threading.Thread(target=write, args=(version,)) for version in versions]
    threads += [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken


def test_a_folder_in_the_making_never_lacks_its_tag(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    rename = Path.replace

    def replace(self: Path, target: Path) -> Path:
        made.append(target.name)
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    store.save("a", {"key": b"value"})
    assert made[0] == TAG


def test_a_tag_that_a_run_beside_this_one_writes_meanwhile_is_seen(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Store._is_tagged
    late: list[bool] = []

    def look_too_early(self: Store) -> bool:
        found = look(self)
        if not late:
            late.append(found)
            self.save("beside", ENTRIES)
        return found

    monkeypatch.setattr(Store, "_is_tagged", look_too_early)
    store.save("modules", ENTRIES)
    assert late == [False]
    assert store.load("modules") == store.load("beside") == ENTRIES
