"""The command line as people call it."""

import argparse
import bz2
import contextlib
import gzip
import io
import json
import lzma
import os
import signal
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from scheduler import (
    Item,
    Phase,
    Problem,
    Technician,
    Visit,
    plan_from_json,
    problem_from_json,
    problem_to_json,
    solve,
    verify,
)
from scheduler.benchmark import SetError, compared, instances
from scheduler.benchmark_peers import PeerRun, run_peer
from scheduler.check import ProblemError
from scheduler.commandline import main
from scheduler.commandline.actions import run_solve
from scheduler.commandline.files import FileError
from scheduler.fjsp import Instance as Shop
from scheduler.fjsp import to_problem as shop_problem
from scheduler.smptsp import Instance, to_problem
from tests.scheduler.work import limits

SMPTSP = "Type = 1\nJobs = 3\n0 5\n3 8\n5 9\nQualifications = 2\n2: 0 2\n3: 0 1 2\n"
FJSP = "2 2 1.5\n2  1 1 3  2 1 4 2 2\n1  1 2 5\n"


def run(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Without a process of its own, which loads the solver for half a second; a fault is raised instead of printed."""
    said, told = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(said), contextlib.redirect_stderr(told):
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        try:
            code = main(arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
    return subprocess.CompletedProcess(arguments, code, said.getvalue(), told.getvalue())


@pytest.fixture
def solved(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "three.dat").write_text(SMPTSP)
    problem, plan = tmp_path / "problem.json", tmp_path / "plan.json"
    problem.write_text(run("convert", "smptsp", str(tmp_path / "three.dat")).stdout)
    done = run("solve", str(problem), "--seconds", "5", "--workers", "1", "--out", str(plan))
    assert done.returncode == 0, done.stderr
    return problem, plan


def test_convert_prints_a_problem_named_after_the_file(tmp_path: Path) -> None:
    (tmp_path / "mk99.txt").write_text(FJSP)
    done = run("convert", "fjsp", str(tmp_path / "mk99.txt"))
    problem = problem_from_json(done.stdout)
    assert (problem.name, problem.objective) == ("mk99", ("unserved", "makespan"))


def test_a_process_of_its_own_exits_with_the_code() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scheduler", "solve", "-"], input="{", capture_output=True, text=True, timeout=100, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["solve", "bench"])
def test_the_solver_is_loaded_before_the_seconds_begin(tmp_path: Path, command: str) -> None:
    (tmp_path / "shop.fjs").write_text(FJSP)
    (tmp_path / "problem.json").write_text(run("convert", "fjsp", str(tmp_path / "shop.fjs")).stdout)
    # Beside the whole command in a process that has loaded nothing yet.
    program = """if True:
        import sys
        from scheduler import limits
        from scheduler.commandline import main
        before = limits.Deadline.__post_init__
        def begun(self):
            print("loaded", "ortools.sat.python.cp_model" in sys.modules)
            before(self)
        limits.Deadline.__post_init__ = begun
        assert "ortools" not in sys.modules
        sys.exit(main(sys.argv[1:]))
    """
    arguments = ["problem.json"] if command == "solve" else ["shop.fjs", "--peers", "none"]
    done = subprocess.run(
        [sys.executable, "-c", program, command, *arguments, "--seconds", "60"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith("loaded")] == ["loaded True"]
    assert "optimal" in done.stdout


def test_solve_prints_exactly_one_line_of_json(tmp_path: Path) -> None:
    problem = run("convert", "fjsp", "-", text=FJSP).stdout
    done = run("solve", "-", "--seconds", "60", "--workers", "1", "--out", str(tmp_path / "plan.json"), text=problem)
    (line,) = done.stdout.splitlines()
    said = json.loads(line)
    assert said["seconds_to_first_plan"] <= said["seconds"]
    assert {key: said[key] for key in ("status", "objective", "bound", "proven", "gap")} == {
        "status": "optimal",
        "objective": {"unserved": 0, "makespan": 7},
        "bound": {"unserved": 0, "makespan": 7},
        "proven": {"unserved": True, "makespan": True},
        "gap": 0.0,
    }


def test_solve_says_of_each_level_whether_it_is_proven(tmp_path: Path) -> None:
    """Two services one after the other by her alone, the second of which outlasts her shift: nobody proves her overtime."""
    items = tuple(Item(name, (Phase(duration=5, skill="s"),)) for name in ("one", "two"))
    her = Technician("t", {"s": 1}, ((0, 8),), overtime_max=5)
    day = Problem(horizon=20, technicians=(her,), visits=(Visit("v", items),))
    (tmp_path / "problem.json").write_text(problem_to_json(day))
    said = json.loads(run("solve", str(tmp_path / "problem.json"), "--seconds", "5").stdout)
    assert (said["status"], said["objective"]["overtime"], said["bound"]["overtime"]) == ("optimal", 2, 0)
    assert said["proven"] == {level: level != "overtime" for level in said["objective"]}


def test_verify_accepts_what_solve_wrote(solved: tuple[Path, Path]) -> None:
    done = run("verify", *map(str, solved))
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"valid": True, "objective": {"unserved": 0, "technicians_used": 2}}


def test_verify_names_the_broken_rules(solved: tuple[Path, Path]) -> None:
    problem, plan = solved
    content = json.loads(plan.read_text())
    for row in content["assignments"]:
        row["technician"] = "w0"
    plan.write_text(json.dumps(content))
    done = run("verify", str(problem), str(plan))
    assert done.returncode == 1
    assert {line.split(":")[0] for line in done.stdout.splitlines()} == {"technician_able", "technician_once"}


def test_verify_says_when_a_plan_claims_too_much(solved: tuple[Path, Path]) -> None:
    problem, plan = solved
    content = json.loads(plan.read_text())
    content["objective"]["technicians_used"] = 1
    plan.write_text(json.dumps(content))
    done = run("verify", str(problem), str(plan))
    assert done.returncode == 0
    assert "claims" in done.stderr


@pytest.mark.parametrize("content", ["", "{", '{"horizon": "long"}', '{"horizon": 9, "colour": 1}', "[]", "\udc80"])
def test_what_is_no_problem_is_refused_with_2(tmp_path: Path, content: str) -> None:
    file = tmp_path / "problem.json"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    done = run("solve", str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert str(file) in done.stderr


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"horizon": float("nan")}, "json_int_type at horizon"),
        ({"horizon": 10**30}, "horizon_out_of_range at horizon"),
        ({"horizon": -1}, "horizon_out_of_range at horizon"),
        ({"horizon": 1_900_000_000}, "horizon_too_long at horizon"),
        ({"technicians": [{"id": "a"}, {"id": "a"}]}, "id_repeats at technicians.a"),
        ({"technicians": [{"id": "a", "shifts": [[0, 10**14]]}]}, "time_too_large at technicians.a.shifts"),
        ({"technicians": [{"id": "a", "earliest_free": -1}]}, "negative at technicians.a"),
        ({"places": [{"id": "p", "kind": "chair", "clean_up": -1}]}, "time_negative at places.p"),
        ({"settings": {"wish": 10**17}}, "number_too_large at settings.wish"),
        ({"objective": ["speed"]}, "json_literal_error at objective.0"),
        ({"objective": []}, "objective_levels_repeat at objective"),
        ({"published": [{"visit": "v"}]}, "json_missing at published.0.item"),
    ],
)
def test_what_contradicts_itself_is_named(tmp_path: Path, changes: dict[str, object], code: str) -> None:
    file = tmp_path / "problem.json"
    sound = {"horizon": 9, "technicians": [{"id": "a", "shifts": [[0, 9]]}, {"id": "b", "shifts": [[0, 9]]}]}
    file.write_text(json.dumps({**sound, **changes}))
    with pytest.raises((FileError, ProblemError), match=code):
        run_solve(argparse.Namespace(problem=str(file), hint=None, seconds=0.1, workers=1, seed=0, out=None))


def test_levels_are_chosen_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "problem.json"
    phase = {"duration": 4, "duration_by_technician": {"a": 4, "b": 3}}
    visits = [{"id": name, "items": [{"id": "i", "phases": [phase]}]} for name in "vw"]
    people = [{"id": name, "shifts": [[0, 20]]} for name in "ab"]
    found = {}
    for last in ("technicians_used", "makespan"):
        file.write_text(json.dumps({"horizon": 20, "technicians": people, "visits": visits, "objective": ["unserved", last]}))
        assert run_solve(argparse.Namespace(problem=str(file), hint=None, seconds=60.0, workers=1, seed=0, out=None)) == 0
        found[last] = json.loads(capsys.readouterr().out)
    assert found["technicians_used"]["objective"] == {"unserved": 0, "technicians_used": 1}
    assert found["makespan"]["objective"] == {"unserved": 0, "makespan": 4}
    assert {said["status"] for said in found.values()} == {"optimal"}


@pytest.mark.parametrize("seconds", ["0", "0.01"])
def test_without_time_there_is_the_first_plan(tmp_path: Path, seconds: str) -> None:
    problem, plan = tmp_path / "problem.json", tmp_path / "plan.json"
    problem.write_text(run("generate", "small").stdout)
    assert run("solve", str(problem), "--seconds", seconds, "--out", str(plan)).returncode == 0
    assert verify(problem_from_json(problem.read_text()), plan_from_json(plan.read_text())).valid


def test_a_signal_ends_the_search_with_the_best_plan_so_far(tmp_path: Path) -> None:
    problem, plan = tmp_path / "problem.json", tmp_path / "plan.json"
    problem.write_text(run("generate", "medium", "--seed", "1").stdout)
    command = [sys.executable, "-m", "scheduler", "solve", str(problem), "--seconds", "900", "--out", str(plan)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as search:
        caught = 0
        while not caught >> (signal.SIGTERM - 1) & 1:
            status = Path(f"/proc/{search.pid}/status").read_text()
            caught = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigCgt"))
        search.send_signal(signal.SIGINT)
        said, _ = search.communicate(timeout=100)
    assert search.returncode == 0
    found = verify(problem_from_json(problem.read_text()), plan_from_json(plan.read_text()))
    assert found.valid
    assert json.loads(said)["objective"] == dict(found.objective)


def test_convert_refuses_what_solve_could_not_read(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("2 1\n1 1 1 2000000000\n1 1 1 2000000000\n")
    done = run("convert", "fjsp", str(tmp_path / "long.txt"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "horizon_out_of_range" in done.stderr


@pytest.mark.parametrize("name", ["gz", "bz2", "xz", "utf-16", "latin-1", "marked"])
def test_instances_are_read_compressed_and_in_other_encodings(tmp_path: Path, name: str) -> None:
    text = "# Dauz\u00e8re\n" + FJSP
    packers: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
    packed = packers[name](text.encode()) if name in packers else text.encode("utf-8-sig" if name == "marked" else name)
    (tmp_path / "shop.fjs").write_bytes(packed)
    done = run("convert", "fjsp", str(tmp_path / "shop.fjs"))
    assert done.returncode == 0, done.stderr
    # As a shell of Windows writes what a program prints.
    (tmp_path / "problem.json").write_bytes(done.stdout.encode("utf-16"))
    assert json.loads(run("solve", str(tmp_path / "problem.json"), "--seconds", "5").stdout)["status"] == "optimal"


def test_archives_and_other_formats_are_refused_by_what_they_are(tmp_path: Path) -> None:
    file = tmp_path / "it"
    for content, said in (
        (b"PK\x03\x04" + b"x" * 99, "ZIP"),
        (b"%PDF-1.7 1 2 3", "PDF"),
        (gzip.compress(FJSP.encode())[:30], "damaged"),
        (b"1 2\0\0\x01", "not UTF-8"),
    ):
        file.write_bytes(content)
        for arguments in (("convert", "fjsp", str(file)), ("solve", str(file)), ("verify", str(file), str(file))):
            done = run(*arguments)
            assert (done.returncode, done.stdout) == (2, "")
            assert said in done.stderr
            assert str(file) in done.stderr
    with tarfile.open(file, "w:gz") as archive:
        archive.add(__file__, "x.txt")
    assert "archive of several files" in run("convert", "fjsp", str(file)).stderr


@pytest.mark.parametrize("where", ["full", "closed"])
def test_output_that_cannot_be_written_is_no_broken_rule(where: str, tmp_path: Path) -> None:
    (tmp_path / "shop.fjs").write_text(FJSP)
    shell = f'exec "$0" -m scheduler convert fjsp "$1" {">/dev/full" if where == "full" else ">&-"}'
    done = subprocess.run(
        ["sh", "-c", shell, sys.executable, str(tmp_path / "shop.fjs")],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert (done.returncode, "No space left" in done.stderr) == ((2, True) if where == "full" else (0, False))


def test_bench_leaves_out_what_is_no_instance_among_others(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "folder.txt" / "shop.fjs").write_text(FJSP)
    (tmp_path / "README.txt").write_text("Instances by hand")
    (tmp_path / "made.json").write_text("[]")
    (tmp_path / "staff.dat.gz").write_bytes(gzip.compress(SMPTSP.encode()))
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in ("README.txt", "made.json", "folder.txt/shop.fjs", "staff.dat.gz"):
            archive.write(tmp_path / file, file)
    for of in (tmp_path, packed):
        done = run("bench", str(of), "--seconds", "30", "--workers", "1", "--peers", "none")
        assert done.returncode == 0, done.stderr
        assert [line.split()[0] for line in done.stdout.splitlines() if " optimal " in line] == ["shop", "staff"]
        assert {line.split(":")[1].strip() for line in done.stdout.splitlines() if line.startswith("left out")} == {
            "README",
            "made",
        }
        assert "2 instances, 2 proven" in done.stdout
    (tmp_path / "folder.txt" / "shop.fjs").write_text("neither")
    assert run("bench", str(tmp_path / "folder.txt"), "--peers", "none").returncode == 2


def test_bench_reads_files_of_any_name_and_refuses_broken_ones_by_name(tmp_path: Path) -> None:
    (tmp_path / "shop.data").write_text(FJSP)
    (tmp_path / "bks.json").write_text("no list")
    (found,) = instances(str(tmp_path / "shop.data"))
    assert (found.problem.name, found.known) == ("shop", None)
    good = tmp_path / "good.tar.gz"
    with tarfile.open(good, "w:gz") as archive:
        archive.add(tmp_path / "shop.data", "shop.FJS")
    assert [one.problem.name for one in instances(str(good))] == ["shop"]
    (tmp_path / "cut.tar.gz").write_bytes(good.read_bytes()[:60])
    (tmp_path / "latin.txt").write_bytes(b"\xe9\xff")
    (tmp_path / "wrong.json").write_text('{"horizon": -1}')
    for name in ("cut.tar.gz", "latin.txt", "wrong.json"):
        with pytest.raises(SetError):
            list(instances(str(tmp_path / name)))


def test_missing_files_and_wrong_words_are_refused_with_2(solved: tuple[Path, Path], tmp_path: Path) -> None:
    problem, _ = map(str, solved)
    nowhere = str(tmp_path / "none" / "x")
    for arguments in (
        ("verify", problem, nowhere),
        ("verify", problem, problem),
        ("convert", "fjsp", nowhere),
        ("convert", "fjsp", problem),
        ("convert", "xyz", problem),
        ("solve", problem, "--out", nowhere, "--seconds", "1"),
        ("solve", problem, "--seconds", "nan"),
        ("solve", problem, "--workers", "0"),
        ("solve", problem, "--workers", "100000"),
        ("solve", problem, "--seed", "-5"),
        ("solve", problem, "--seed", "10000000000"),
        ("bench", nowhere),
        ("bench", "small", "--peers", "nobody"),
        ("bench", "replan", "gigantic"),
        (),
    ):
        done = run(*arguments)
        assert done.returncode == 2, arguments
        assert done.stderr


def test_bench_prints_a_line_per_instance_and_writes_it(tmp_path: Path) -> None:
    (tmp_path / "a_2.dat").write_text(SMPTSP)
    (tmp_path / "a_10.txt").write_text(FJSP)
    file = tmp_path / "rows.json"
    done = run("bench", str(tmp_path), "--seconds", "30", "--workers", "1", "--peers", "greedy,cpsat", "--json", str(file))
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert [row["instance"] for row in rows] == ["a_2", "a_10"]
    assert all(row["status"] == "optimal" and row["peers"]["cpsat"]["ratio"] == "1.000" for row in rows)
    assert "2 instances, 2 proven" in done.stdout


def test_a_generated_day_is_a_problem() -> None:
    problem = problem_from_json(run("generate", "small", "--seed", "4").stdout)
    assert len(problem.visits) >= 20


@pytest.mark.parametrize("peer", ["greedy", "cpsat", "highs", "pyjobshop"])
def test_peers_answer_with_valid_plans(peer: str) -> None:
    if peer == "pyjobshop":
        pytest.importorskip("pyjobshop", reason="PyJobShop is not installed")
    fixed = to_problem(Instance(((0, 5), (3, 8), (5, 9), (1, 2)), ((0, 2), (0, 1, 2), (1, 3))))
    shop = shop_problem(Shop(2, ((((0, 3),), ((0, 4), (1, 2))), (((1, 5),),), (((0, 2), (1, 1)),))))
    for problem in (fixed, shop):
        ours = solve(problem, limits=limits(5))
        run_of = run_peer(peer, problem, 10.0, 1)
        assert run_of.plan is not None
        assert verify(problem, run_of.plan).valid
        ratio = compared(problem, ours, run_of)
        assert float(ratio) >= 1.0 if peer == "greedy" else ratio == "1.000"


def test_peers_are_named_missing_none_unfit_or_invalid(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = to_problem(Instance(((0, 5),), ((0,),)))
    ours = solve(problem, limits=limits(1))
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert compared(problem, ours, run_peer("pyjobshop", problem, 1.0, 1)) == "missing"
    assert compared(problem, ours, PeerRun("none")) == "none"
    wrong = plan_from_json(json.dumps({"assignments": [], "unserved": []}))
    assert compared(problem, ours, PeerRun("plan", wrong)) == "invalid"
    less = plan_from_json(json.dumps({"assignments": [], "unserved": ["t0"]}))
    assert compared(problem, ours, PeerRun("plan", less)) == "+1 unserved"


def test_best_known_values_lie_beside_the_instances(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "x1.txt").write_text(FJSP)
    (tmp_path / "bks.json").write_text('[{"instance": "x1", "lower_bound": 6, "upper_bound": 7}]')
    (found,) = instances(str(tmp_path))
    assert found.known == (6, 7)
    (tmp_path / "sub" / "x2.txt").write_text("neither")
    with pytest.raises(SetError):
        list(instances(str(tmp_path)))
