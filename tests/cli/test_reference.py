"""The reference pages and editor schemas are generated; they may not lag behind the program."""

from tests.harness.program import ROOT, rhumb


def test_the_reference_is_what_the_program_says(tmp_path):
    rhumb("docs", tmp_path, cwd=ROOT, check=0)
    fresh = {path.relative_to(tmp_path): path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    kept = {path.relative_to(ROOT / "docs/reference"): path.read_text()
            for path in (ROOT / "docs/reference").rglob("*") if path.is_file()}
    assert fresh == kept, "run `make docs`"
