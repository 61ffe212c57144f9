"""What users install: it needs no network and nothing but what it names, and two builds of one commit in
two folders are the same bytes. Long: it builds the program twice. Where that takes too long in one go, build
first and name what was built:

    RHUMB_PACKAGES=/one/build/package:/other/build/package pytest -m long tests/package

The .deb goes into a bare Debian made with debootstrap, which wants root.
"""

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.harness.program import ROOT, rhumb

pytestmark = pytest.mark.long


def run(*command, cwd=None, env=None, timeout=3600):
    done = subprocess.run([str(part) for part in command], cwd=cwd, env={**os.environ, **(env or {})},
                          capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
    return done.stdout


def clone(folder):
    """The commit that is checked out, in another folder."""
    run("git", "clone", "--quiet", ROOT, folder)
    (folder / ".deps").symlink_to((ROOT / ".deps").resolve())
    return folder


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """{name: bytes path} of a build with the compiler's cache, and of one without."""
    built = os.environ.get("RHUMB_PACKAGES")
    if built:
        return [Path(folder) for folder in built.split(":")]
    folders = []
    for name, env in (("one", {}), ("another-and-longer-name", {"CCACHE_DISABLE": "1"})):
        source = clone(tmp_path_factory.mktemp("build") / name)
        run("scripts/package", cwd=source, env=env)
        folders.append(source / "build/package")
    return folders


@pytest.fixture(scope="module")
def archive(packages):
    return next(packages[0].glob("*.tar.gz"))


@pytest.fixture(scope="module")
def deb(packages):
    return next(packages[0].glob("*.deb"))


def smoke(program, folder):
    """What a newcomer does first."""
    assert rhumb("--version", cwd=folder, program=program, check=0).out.startswith("rhumb ")
    rhumb("doctor", cwd=folder, program=program, check=0)
    rhumb("init", "trips", "--example", "trips", cwd=folder, program=program, check=0)
    rhumb("test", cwd=folder / "trips", program=program, check=0)
    rhumb("init", "places", cwd=folder, program=program, check=0)
    places = folder / "places"
    rhumb("run", cwd=places, program=program, check=0)
    assert "Nairobi" in rhumb("query", "SELECT name FROM southern_places", cwd=places, program=program, check=0).out
    assert "FAIL" not in rhumb("doctor", cwd=places, program=program, check=0).out


def test_two_builds_in_two_folders_are_the_same_bytes(packages):
    one, other = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in packages)
    assert sorted(one) == sorted(other) and len(one) == 2
    for name in one:
        assert one[name] == other[name], f"{name} differs (diffoscope shows where)"


def test_no_file_knows_where_it_was_built(packages, archive):
    with tarfile.open(archive) as files:
        for member in files.getmembers():
            assert (member.uid, member.gid, member.uname, member.gname) == (0, 0, "", "")
            if member.isfile() and member.name.endswith("bin/rhumb"):
                assert str(packages[0].parents[1]).encode() not in files.extractfile(member).read()


def test_the_archive_unpacks_anywhere(archive, tmp_path):
    run("tar", "-xzf", archive, "-C", tmp_path)
    moved = tmp_path / "some where else"
    next(tmp_path.glob("rhumb-*")).rename(moved)
    (tmp_path / "work").mkdir()
    smoke(moved / "bin/rhumb", tmp_path / "work")
    assert "not found" not in run("ldd", moved / "bin/rhumb")


def test_cmake_installs_into_an_empty_prefix(packages, tmp_path):
    run("cmake", "--install", packages[0].parent / "release", "--prefix", tmp_path / "prefix")
    (tmp_path / "work").mkdir()
    smoke(tmp_path / "prefix/bin/rhumb", tmp_path / "work")
    for name in ("share/man/man1/rhumb.1", "share/bash-completion/completions/rhumb",
                 "share/zsh/vendor-completions/_rhumb", "share/fish/vendor_completions.d/rhumb.fish",
                 "share/doc/rhumb/LICENSE"):
        assert (tmp_path / "prefix" / name).is_file(), name


@pytest.fixture
def bare_debian(deb, tmp_path):
    """Debian with nothing but what the package asks for; the smallest there is."""
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        pytest.skip("a bare Debian is made by root, with debootstrap (scripts/setup package)")
    asked = run("dpkg-deb", "--field", deb, "Depends")
    names = [each.split("|")[0].split("(")[0].strip() for each in asked.split(",")]
    root = tmp_path / "root"
    run("debootstrap", "--variant=minbase", f"--include={','.join(names)}", "bookworm", root)
    shutil.copy(deb, root / "tmp")
    return root


def test_the_deb_in_a_bare_debian_without_a_network(deb, bare_debian):
    # A name space of its own without a network: nothing can be fetched.
    inside = ("unshare", "--net", "chroot", bare_debian)
    run(*inside, "dpkg", "--install", f"/tmp/{deb.name}")
    program = bare_debian.parent / "rhumb-inside"
    program.write_text(
        f'#!/bin/sh\ncd_to=${{PWD#{bare_debian}}}\n'
        f'exec unshare --net chroot "{bare_debian}" sh -c \'cd "$1" && shift && exec rhumb "$@"\' sh "$cd_to" "$@"\n')
    program.chmod(0o755)
    run("mount", "-t", "proc", "proc", bare_debian / "proc")
    try:
        (bare_debian / "work").mkdir()
        smoke(program, bare_debian / "work")
    finally:
        run("umount", bare_debian / "proc")
    assert (bare_debian / "usr/share/man/man1/rhumb.1").is_file()
    run(*inside, "dpkg", "--remove", "rhumb")
    assert not (bare_debian / "usr/bin/rhumb").exists() and not (bare_debian / "usr/lib/rhumb").exists()
