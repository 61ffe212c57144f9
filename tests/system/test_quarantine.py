"""Records in quarantine whose files have different headers: exported, mended and taken in again."""

from tests.harness.program import query, rhumb, write_project

SOURCE = """read: { directory: { path: landing, files: "*.csv" } }
columns:
  id: { type: integer, nullable: false }
  name: { type: text, from: [name, title] }
bad_rows: { stop_above: 100% }
"""
LANDING = {
    "landing/2022.csv": "id,name\n1,one\nx2,two\n",
    "landing/2023.csv": "title;id\r\nthree;3\r\nfour;x4\r\n",
    "landing/2024.csv": "id,name\nx5,five\n6,six\n",
}


def waiting(folder):
    return {row["record"] for row in rhumb("quarantine", "--records", "--json", cwd=folder, check=0).json()}


def test_each_header_has_a_file_and_each_file_is_taken_alone(tmp_path):
    write_project(tmp_path, {"rhumb.yaml": "rhumb: 1\nname: bad\n", "sources/places.yaml": SOURCE, **LANDING})
    rhumb("run", cwd=tmp_path, check=0)
    said = rhumb("quarantine", "places", "--export", "bad.csv", cwd=tmp_path, check=0).out
    assert "2 records written to bad-1.csv, from 2022.csv, 2024.csv" in said
    assert "1 records written to bad-2.csv, from 2023.csv" in said
    first, second = (tmp_path / "bad-1.csv").read_text(), (tmp_path / "bad-2.csv").read_bytes().decode()
    assert first == "id,name\nx2,two\nx5,five\n"
    assert second == "title;id\nfour;x4\n"
    assert not (tmp_path / "bad.csv").exists()

    (tmp_path / "bad-2.csv").write_bytes(b"\xef\xbb\xbf" + second.replace("x4", "4").replace("\n", "\r\n").encode())
    rhumb("replay", "places", "--from", "bad-2.csv", cwd=tmp_path, check=0)
    assert waiting(tmp_path) == {"x2,two", "x5,five"}  # those of the other file still wait
    (tmp_path / "bad-1.csv").write_text(first.replace("x", ""), encoding="utf-8")
    rhumb("replay", "places", "--from", "bad-1.csv", cwd=tmp_path, check=0)
    assert waiting(tmp_path) == set()
    assert query("SELECT sum(id)::INT AS s, count(*) AS n, string_agg(name, ' ' ORDER BY id) AS names FROM places", tmp_path) == [
        {"s": 21, "n": 6, "names": "one two three four five six"}]


def test_a_file_of_another_header_is_refused_while_it_could_stand_for_several(tmp_path):
    write_project(tmp_path, {"rhumb.yaml": "rhumb: 1\nname: bad\n", "sources/places.yaml": SOURCE, **LANDING})
    rhumb("run", cwd=tmp_path, check=0)
    rhumb("replay", "places", "--export", "bad.csv", cwd=tmp_path, check=0)
    (tmp_path / "mine.csv").write_text("name,id\ntwo,2\n", encoding="utf-8")
    refused = rhumb("replay", "places", "--from", "mine.csv", cwd=tmp_path).err
    assert "mine.csv begins with none of the 2 headers that were exported" in refused
    assert len(waiting(tmp_path)) == 3
    rhumb("replay", "places", cwd=tmp_path, check=0)  # and as they are they are read group by group
    assert len(waiting(tmp_path)) == 3
