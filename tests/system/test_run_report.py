"""The report of a run: what is in it, for runs that go well, fail, do nothing or lie in the past."""

import json
import re
from html.parser import HTMLParser

import jsonschema
import pytest

from tests.harness.program import ROOT, rhumb, write_project

SCHEMA = json.loads((ROOT / "docs/reference/schema/run-report.schema.json").read_text())

PROJECT = {
    "rhumb.yaml": "rhumb: 1\nname: reported\n",
    "sources/places.yaml": 'read: { directory: { path: landing, files: "*.csv" } }\ndecode: { csv: {} }\n'
                           "columns: { id: integer, name: text }\nbad_rows: { stop_above: 90% }\n",
    "models/named.sql": "-- ---\n-- assert:\n--   - min_rows: 1\n-- ---\nSELECT id, name FROM places\n",
    "landing/a.csv": "id,name\n1,one\nx,bad\n3,three\n",
}


@pytest.fixture
def project(tmp_path):
    return write_project(tmp_path / "project", PROJECT)


def reported(project, *command, check=0):
    """The JSON report of a command, valid by its schema, and the page beside it."""
    rhumb(*command, "--report", "report.json", "--report", "report.html", cwd=project, check=check)
    report = json.loads((project / "report.json").read_text())
    jsonschema.validate(report, SCHEMA)
    return report, (project / "report.html").read_text()


def by_name(report):
    return {entry["dataset"]: entry for entry in report["datasets"]}


class Page(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text, self.open = [], [], "", []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        self.text += data


def test_everything_that_happened_is_in_it(project):
    report, page = reported(project, "run")
    assert (report["status"], report["environment"], report["errors"]) == ("succeeded", "prod", [])
    places, named = by_name(report)["places"], by_name(report)["named"]
    assert (places["action"], places["status"], places["rows"], places["quarantined"]) == ("read", "published", 2, 1)
    assert (places["version_before"], places["version"]) == (0, 1)
    assert places["reason"] == "1 file new"
    assert places["inputs"] == [{"name": "a.csv", "size": 28, "rows": 2, "quarantined": 1}]
    assert [(each["status"], each["records"]) for each in places["quarantine"]] == [("open", 1)]
    assert [step["step"] for step in places["steps"]] == ["read"]
    assert [step["step"] for step in named["steps"]] == ["build", "check"]
    assert all(step["status"] == "done" and step["seconds"] >= 0 for step in named["steps"])
    assert report["started_at"] <= named["steps"][0]["started_at"] <= report["finished_at"]
    assert [check["name"] for check in named["checks"]] == ["min_rows(1)"]
    shown = Page(page)
    assert not shown.open and "reported prod: run succeeded" in shown.text and "min_rows(1)" in shown.text


def test_a_run_of_the_past_is_told_again(project):
    now, page = reported(project, "run")
    (project / "landing/b.csv").write_text("id,name\n4,four\n")
    rhumb("run", cwd=project, check=0)
    then, again = reported(project, "status", "--run", now["run"])
    assert then == now and again == page
    last, _ = reported(project, "status", "--run", "last")
    assert last["run"] != now["run"] and by_name(last)["places"]["inputs"][0]["name"] == "b.csv"
    told = rhumb("status", "--run", "last", cwd=project, check=0).out
    assert "read" in told and "build" in told and last["run"] in told
    assert rhumb("status", "--run", "last", "--json", cwd=project, check=0).json() == last


def test_a_run_that_fails_says_why(project):
    (project / "models/named.sql").write_text("-- ---\n-- assert:\n--   - min_rows: 9\n-- ---\nSELECT id, name FROM places\n")
    report, page = reported(project, "run", check=1)
    assert report["status"] == "failed" and [error["code"] for error in report["errors"]] == ["assert-failed"]
    named = by_name(report)["named"]
    assert named["status"] == "failed" and named["error"]["file"] == "models/named.sql"
    assert [step["status"] for step in named["steps"]] == ["done", "failed"]
    assert "min_rows(9)" in Page(page).text


def test_nothing_to_do_is_a_report_too(project):
    rhumb("run", cwd=project, check=0)
    report, page = reported(project, "run")
    assert report["run"] == "" and {entry["status"] for entry in report["datasets"]} == {"unchanged"}
    assert by_name(report)["places"]["reason"] == "no new inputs; 1 already read"
    assert "everything is up to date" in Page(page).text


def test_names_and_texts_cannot_become_part_of_the_page(project):
    evil = "<img src=x onerror=alert(1)>\"'&lt;.csv"
    (project / "landing" / evil).write_text("id,name\n5,five\n")
    (project / "rhumb.yaml").write_text("rhumb: 1\nname: \"</title><script>alert('x')</script>\"\n")
    report, page = reported(project, "run")
    assert evil in [each["name"] for each in by_name(report)["places"]["inputs"]]
    shown = Page(page)
    assert not {"script", "img", "link", "iframe"} & set(shown.tags)
    assert evil in shown.text and "<script>alert('x')</script>" in shown.text
    assert not [name for name, _ in shown.attributes if name.startswith("on") or name in ("src", "srcset")]
    assert all(value.startswith("#") for name, value in shown.attributes if name == "href")
    assert "default-src 'none'" in page and not re.search(r"url\(|@import|https?://", page)


@pytest.mark.parametrize("name, code", [("report.txt", 2), ("report", 2), ("nowhere/report.json", 1)])
def test_a_file_that_cannot_be_written_is_refused_before_any_work(project, name, code):
    outcome = rhumb("run", "--report", name, cwd=project, check=code)
    assert name in outcome.err or "nowhere" in outcome.err
    assert "never made" in rhumb("status", cwd=project, check=0).out


def test_a_run_that_is_not_known(project):
    assert "there is no run `last`" in rhumb("status", "--run", "last", cwd=project, check=1).err
    rhumb("run", cwd=project, check=0)
    assert "there is no run `01X`" in rhumb("status", "--run", "01X", cwd=project, check=1).err
    assert "--run" in rhumb("status", "--report", "x.json", cwd=project, check=2).err
