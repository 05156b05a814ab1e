"""The short form of R11, and its twin."""

from __future__ import annotations

import asyncio
import pickle
from pathlib import Path

import pytest

from hub.operations.planning import drafting
from hub.operations.planning.secretary import Secretary
from hub.operations.planning.worker import WorkerFailedError
from scheduler import Plan, Problem, Verdict
from tests.drills import dying
from tests.drills.lying import LIES, Liar
from tests.operations.planning.test_worker import PROBLEM, gone


@pytest.mark.drill
@pytest.mark.timeout(300)
async def test_a_valid_plan_comes_whatever_happens_to_the_solver(tmp_path: Path) -> None:
    report = dying.Report()
    await dying.harm_rounds(tmp_path, report, rounds=3, seed=3, kinds=tuple(dying.HARMS), lying=False)
    assert report.kept, (str(report), report.invalid)


@pytest.mark.drill
@pytest.mark.timeout(300)
async def test_a_valid_plan_comes_whatever_the_solver_says(tmp_path: Path) -> None:
    report = dying.Report()
    await dying.harm_rounds(tmp_path, report, rounds=len(LIES) + 1, seed=4, kinds=LIES, lying=True)
    assert report.kept, (str(report), report.invalid)
    assert report.by_greedy > 0


@pytest.mark.drill
@pytest.mark.timeout(300)
async def test_without_the_verifier_a_lie_would_be_in_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: a plan for the night comes into force, and the drill sees it."""

    def trusting(_problem: Problem, _plan: Plan) -> Verdict:
        return Verdict((), {})

    monkeypatch.setattr(Secretary, "start", lambda _self: None)  # it would believe in another process
    monkeypatch.setattr(drafting, "verify", trusting)
    report = dying.Report()
    await dying.harm_rounds(tmp_path, report, rounds=3, seed=4, kinds=("too late",), lying=True)
    assert report.invalid


@pytest.mark.drill
@pytest.mark.timeout(120)
async def test_half_an_answer_holds_up_nobody(tmp_path: Path) -> None:
    (tmp_path / "lie").write_text("half", "utf-8")
    liar = Liar(tmp_path / "lie", margin_seconds=0.2)
    liar.start()
    try:
        while not liar.ready():
            await asyncio.sleep(0.02)
        before = liar.pid
        async with asyncio.timeout(30):
            with pytest.raises(WorkerFailedError, match="died"):
                await liar.solve(pickle.dumps(PROBLEM), 0.2)
        assert before is not None
        await gone(before)
    finally:
        liar.close()
