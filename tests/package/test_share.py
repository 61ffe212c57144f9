"""The manual page and the completions that a package installs."""

import re
import shutil
import subprocess

import pytest

from tests.harness.program import ROOT, rhumb

COMMANDS = re.findall(r"^## (\w+)$", (ROOT / "docs/reference/cli.md").read_text(), re.M)


@pytest.fixture(scope="module")
def share(tmp_path_factory):
    folder = tmp_path_factory.mktemp("share")
    rhumb("docs", folder, "--share", cwd=folder, check=0)
    return folder


def shell(*command):
    """What a shell prints; there must be nothing to complain about."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"there is no {command[0]} here (scripts/setup package)")
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
    assert done.returncode == 0 and not done.stderr.strip(), done.stderr
    return done.stdout


def test_the_manual_page_is_good_roff_and_names_every_command(share):
    text = shell("man", "--warnings", "-P", "cat", "-l", str(share / "man/man1/rhumb.1"))
    for command in COMMANDS:
        assert f"rhumb {command}" in text
    assert "--full-refresh" in text and "EXIT STATUS" in text and "\\-" not in text


def test_bash(share):
    script = share / "bash-completion/completions/rhumb"
    ask = f"source {script}; COMP_WORDS=(rhumb '%s'); COMP_CWORD=1; _rhumb; echo ${{COMPREPLY[@]}}"
    assert shell("bash", "--norc", "-c", ask % "roll").split() == ["rollback"]
    options = f"source {script}; COMP_WORDS=(rhumb run --rep); COMP_CWORD=2; _rhumb; echo ${{COMPREPLY[@]}}"
    assert shell("bash", "--norc", "-c", options).split() == ["--report"]


def test_zsh(share):
    script = share / "zsh/vendor-completions/_rhumb"
    assert script.read_text().startswith("#compdef rhumb\n")
    shell("zsh", "-n", str(script))
    # Found in a folder of completions, and evaluated by hand.
    found = f"fpath=({script.parent} $fpath); autoload -Uz compinit; compinit -u -D; print $_comps[rhumb]"
    assert shell("zsh", "-f", "-c", found).strip() == "_rhumb"
    evaluated = f"autoload -Uz compinit; compinit -u -D; source {script}; print $_comps[rhumb]"
    assert shell("zsh", "-f", "-c", evaluated).strip() == "_rhumb"


def test_fish(share):
    script = share / "fish/vendor_completions.d/rhumb.fish"
    shell("fish", "--no-execute", str(script))
    offered = shell("fish", "--no-config", "-c", f"source {script}; complete -C 'rhumb roll'")
    assert offered.startswith("rollback\t")
    assert "--report" in shell("fish", "--no-config", "-c", f"source {script}; complete -C 'rhumb run --rep'")
