"""Archives of unknown make are fetched and unpacked without harm. The index of these tests is a folder."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from corpus.fetching import FetchError, keep_verified, provide
from corpus.releases import Release
from corpus.scratch import stamp_path
from corpus.unpacking import Bounds, UnsafeArchiveError, unpack

RELEASE = Release("demo", "1.0", "demo-1.0.tar.gz", "0" * 64, ())


def make_tar(path: Path, *members: tuple[str, bytes] | tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                archive.addfile(info, io.BytesIO(member[1]))
    return path


def make_zip(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def link(name: str, target: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def tree(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))


class TestUnpack:
    def test_a_source_archive_loses_its_outer_folder(self, tmp_path: Path) -> None:
        archive = make_tar(
            tmp_path / "a.tar.gz", ("a-1/pkg/m.py", b"x = 1\n"), ("a-1/PKG-INFO", b"")
        )
        unpack(archive, tmp_path / "out" / "a")
        assert tree(tmp_path / "out") == ["a", "a/PKG-INFO", "a/pkg", "a/pkg/m.py"]
        assert (tmp_path / "out/a/pkg/m.py").read_bytes() == b"x = 1\n"

    def test_a_wheel_is_its_own_root(self, tmp_path: Path) -> None:
        archive = make_zip(tmp_path / "a.whl", ("pkg/m.py", b""), ("a-1.dist-info/WHEEL", b""))
        unpack(archive, tmp_path / "a")
        assert "pkg/m.py" in tree(tmp_path / "a")

    @pytest.mark.parametrize(
        "name", ["../evil.py", "/evil.py", "a-1/../../evil.py", "a-1/..\\evil.py", "C:/evil.py"]
    )
    @pytest.mark.parametrize("make", [make_tar, make_zip])
    def test_a_path_that_leaves_the_target_is_refused(
        self, tmp_path: Path, make: Callable[..., Path], name: str
    ) -> None:
        suffix = "tar.gz" if make is make_tar else "whl"
        archive = make(tmp_path / f"a.{suffix}", ("a-1/ok.py", b""), (name, b"boo"))
        with pytest.raises(UnsafeArchiveError, match="unsafe path"):
            unpack(archive, tmp_path / "deep" / "out")
        assert tree(tmp_path) == [archive.name, "deep"]

    @pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
    def test_what_is_no_plain_file_is_left_out(self, tmp_path: Path, kind: bytes) -> None:
        secret = tmp_path / "secret"
        secret.write_text("secret")
        special = link("a-1/special", str(secret), kind)
        unpack(make_tar(tmp_path / "a.tar.gz", ("a-1/ok.py", b""), special), tmp_path / "a")
        assert tree(tmp_path / "a") == ["ok.py"]

    def test_a_file_is_not_written_through_a_link(self, tmp_path: Path) -> None:
        outside = tmp_path / "outside"
        outside.mkdir()
        door = link("a-1/door", str(outside), tarfile.SYMTYPE)
        unpack(make_tar(tmp_path / "a.tar.gz", door, ("a-1/door/m.py", b"")), tmp_path / "a")
        assert tree(outside) == []
        assert tree(tmp_path / "a") == ["door", "door/m.py"]

    def test_a_link_in_a_zip_is_left_out(self, tmp_path: Path) -> None:
        door = zipfile.ZipInfo("door")
        door.external_attr = (stat.S_IFLNK | 0o777) << 16
        unpack(make_zip(tmp_path / "a.whl", (door, b"/etc"), ("m.py", b"")), tmp_path / "a")
        assert tree(tmp_path / "a") == ["m.py"]

    def test_the_bounds_count_what_is_read(self, tmp_path: Path) -> None:
        archive = make_tar(tmp_path / "a.tar.gz", ("a-1/m.py", b"0" * 1000), ("a-1/n.py", b"1"))
        unpack(archive, tmp_path / "a", bounds=Bounds(files=2, size=1001))
        with pytest.raises(UnsafeArchiveError, match="1 files"):
            unpack(archive, tmp_path / "b", bounds=Bounds(files=1))
        with pytest.raises(UnsafeArchiveError, match="1000 bytes"):
            unpack(archive, tmp_path / "b", bounds=Bounds(size=1000))
        assert not (tmp_path / "b").exists()

    @pytest.mark.parametrize(
        "members",
        [
            (("a-1/m.py", b"1"), ("a-1/m.py", b"2")),
            (("a-1/m.py", b"1"), ("a-1/m.py/n.py", b"2")),
            (("a-1/m.py", b"1"), ("b-1/m.py", b"2")),
            (("m.py", b"1"),),
        ],
    )
    def test_an_archive_that_contradicts_itself_is_refused(
        self, tmp_path: Path, members: tuple[tuple[str, bytes], ...]
    ) -> None:
        with pytest.raises(UnsafeArchiveError):
            unpack(make_tar(tmp_path / "a.tar.gz", *members), tmp_path / "a")

    @pytest.mark.parametrize("name", ["a.tar.gz", "a.whl"])
    def test_a_damaged_archive_is_refused(self, tmp_path: Path, name: str) -> None:
        make = make_zip if name.endswith("whl") else make_tar
        archive = make(tmp_path / name, ("a-1/m.py", bytes(range(256)) * 100))
        archive.write_bytes(archive.read_bytes()[:200])
        with pytest.raises(UnsafeArchiveError):
            unpack(archive, tmp_path / "a")


# pip's own code, which these tests run: it leaves the files of an index in a folder open, and older ones warn.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
class TestFetching:
    @pytest.fixture
    def index(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A package index of one project, in a folder."""
        pytest.importorskip("pip")
        folder = tmp_path / "simple" / "demo"
        folder.mkdir(parents=True)
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_INDEX_URL", (tmp_path / "simple").as_uri())
        monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
        monkeypatch.setenv("PIP_FIND_LINKS", "")
        return folder

    def publish(self, index: Path, archive: Path) -> Release:
        (index / "index.html").write_text(f'<a href="{archive.name}">{archive.name}</a>')
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        return Release("demo", "1.0", archive.name, digest, ())

    def test_a_source_archive_comes_from_the_index_and_is_not_built(
        self, index: Path, tmp_path: Path
    ) -> None:
        built = tmp_path / "built"
        setup = f"import pathlib\npathlib.Path({str(built)!r}).touch()\n".encode()
        archive = make_tar(index / "demo-1.0.tar.gz", ("demo-1.0/setup.py", setup))
        root = provide(self.publish(index, archive), tmp_path / "scratch")
        assert tree(root) == ["setup.py"]
        assert not built.exists()

    def test_a_wheel_comes_from_the_index(self, index: Path, tmp_path: Path) -> None:
        metadata = b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n"
        archive = make_zip(
            index / "demo-1.0-py3-none-any.whl",
            ("demo.py", b""),
            ("demo-1.0.dist-info/METADATA", metadata),
            ("demo-1.0.dist-info/WHEEL", b"Wheel-Version: 1.0\nTag: py3-none-any\n"),
            ("demo-1.0.dist-info/RECORD", b""),
        )
        release = self.publish(index, archive)
        assert "demo.py" in tree(provide(release, tmp_path / "scratch"))

    @pytest.mark.parametrize("archive", ["demo-1.0.tar.gz", "demo-1.0-py3-none-any.whl"])
    def test_what_the_index_lacks_is_an_error(
        self, index: Path, tmp_path: Path, archive: str
    ) -> None:
        (index / "index.html").write_text("")
        with pytest.raises(FetchError, match=archive):
            provide(Release("demo", "1.0", archive, "0" * 64, ()), tmp_path / "scratch")

    def test_a_new_pin_replaces_what_an_old_one_left(self, index: Path, tmp_path: Path) -> None:
        old = make_tar(index / "demo-1.0.tar.gz", ("demo-1.0/old.py", b""))
        provide(self.publish(index, old), tmp_path / "scratch")
        new = make_tar(index / "demo-1.0.tar.gz", ("demo-1.0/new.py", b""))
        assert tree(provide(self.publish(index, new), tmp_path / "scratch")) == ["new.py"]

    def test_another_digest_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(FetchError, match="pinned is 0000"):
            keep_verified([b"swapped"], tmp_path / "a", "0" * 64)

    def test_what_was_unpacked_before_is_used_again(self, tmp_path: Path) -> None:
        (tmp_path / "demo").mkdir()
        stamp = stamp_path(tmp_path, "demo")
        stamp.parent.mkdir()
        stamp.write_text(RELEASE.sha256)
        assert provide(RELEASE, tmp_path) == tmp_path / "demo"

    def test_a_folder_of_somebody_else_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "demo").mkdir()
        (tmp_path / "demo" / "work.py").touch()
        with pytest.raises(FetchError, match="move it away"):
            provide(RELEASE, tmp_path)
        assert (tmp_path / "demo" / "work.py").exists()
