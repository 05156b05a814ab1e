"""The report: a table for every set that was measured, and a word about those that were not."""

from __future__ import annotations

from pathlib import Path

from scheduler.benchmark_report import report


def test_every_set_has_its_table_or_a_word(tmp_path: Path) -> None:
    folder, out = tmp_path / "set", tmp_path / "out.md"
    folder.mkdir()
    (folder / "three.dat").write_text("Type = 1\nJobs = 3\n0 5\n3 8\n5 9\nQualifications = 2\n2: 0 2\n3: 0 1 2\n")
    sets = (
        ("Tasks", "tasks", (str(folder), "--seconds", "5", "--peers", "greedy")),
        ("Events", "events", ("replan", "small", "--events", "2", "--seconds", "0.2")),
        ("Day", "day", ("small", "--seconds", "0.5", "--peers", "none")),
        ("Nothing", "nothing", (str(tmp_path / "none"),)),
    )
    report(out, sets)
    text = out.read_text()
    assert "| three | optimal | 0/2 | 0/2 | 0.0 % |" in text
    assert "| three |" in text.split("## Day")[0]
    assert "| gap | felt gap | promise gap |" in text.split("## Day")[1]
    assert "felt gap" not in text.split("## Tasks")[1].split("## Events")[0]
    assert "| lateness proven percent |" in text
    assert "## Nothing\n\nNot measured" in text
