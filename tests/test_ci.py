"""The gate before a change lands lets through only runs in which every test was run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GATE = ROOT / ".ci" / "nothing-left-out"

PASSES = "def test_passes(): pass\n"
ALL_KINDS = f"""
import pytest
{PASSES}
def test_leaves(): pass
def test_skips(): pytest.skip("needs something")
@pytest.mark.xfail
def test_fails_as_expected(): assert False
@pytest.mark.xfail
def test_passes_unexpectedly(): pass
"""


def run_pytest(folder: Path, source: str, *options: str) -> str:
    """What pytest prints of one file, with as few plugins as possible, for they load slowly."""
    (folder / "test_sample.py").write_text(source)
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", ".",
         "-p", "xdist", "-p", "tests.closing_line", *options],
        env=own | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)},
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout


def gate(printed: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([GATE], input=printed, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_of_all_tests_goes_through(tmp_path: Path, workers: str) -> None:
    closed = gate(run_pytest(tmp_path, PASSES, "-n", workers))

    assert closed.returncode == 0, closed.stderr
    assert "1 passed" in closed.stdout


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_closing_line_tells_of_every_test_that_was_left_out(
    tmp_path: Path, workers: str
) -> None:
    closed = gate(run_pytest(tmp_path, ALL_KINDS, "-n", workers, "-k", "not leaves"))

    assert closed.returncode == 1
    for word in ("1 passed", "1 skipped", "1 deselected", "1 xfailed", "1 xpassed"):
        assert word in closed.stderr


@pytest.mark.parametrize("word", ["skipped", "deselected", "xfailed", "xpassed"])
def test_one_test_that_was_left_out_is_enough(word: str) -> None:
    assert gate(
        f"==== 2000 passed in 9.31s ====\n==== 5 passed, 1 {word} in 8.02s ====\n"
    ).returncode


def test_a_run_without_tests_or_without_an_end_is_refused(tmp_path: Path) -> None:
    nothing, broken = run_pytest(tmp_path, ""), run_pytest(tmp_path, "import os\nos._exit(0)\n")

    assert "no tests ran" in gate(nothing).stderr
    assert "no closing line" in gate(broken).stderr
