"""Run seeds: `python -m simulation --seeds 1000 --first 1`; `--seed 17` tells one of them as a story.

`named` plays those that found a fault, `mutations` switches protections off, `exhaustive` tries each fault and pair.
"""

import argparse
import gc
import logging
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "simulation.settings"
if os.environ.get("PYTHONHASHSEED") != "0":
    os.execve(sys.executable, [sys.executable, "-m", "simulation", *sys.argv[1:]], os.environ | {"PYTHONHASHSEED": "0"})

import django

django.setup()
logging.disable(logging.CRITICAL)

from daybook import home  # noqa: E402
from daybook.companyfile import faults as books  # noqa: E402
from daybook.monitor import faults as monitor  # noqa: E402
from simulation import exhaustive, gate, stage  # noqa: E402
from simulation.mutations import MUTATIONS  # noqa: E402
from simulation.named import NAMED  # noqa: E402
from simulation.play import Result, play  # noqa: E402

MANY = 500  # so many seeds reach every point
IN_A_SET = {"before_request", "before_commit", "after_request"}
POINTS = {
    *monitor.POINTS,
    *monitor.IMPORT_POINTS,
    *(f"books.{point}.{place}" for point in books.POINTS for place in ((1, 2, 3) if point in IN_A_SET else (0,))),
    *"commit.before commit.after write ring outside answer.late answer.twice wire.open wire.there wire.back".split(),
}

_stage: list[stage.Stage] = []
_folder: list[Path] = []


def _begin() -> None:
    folder = home.home() / str(os.getpid())
    folder.mkdir()
    _folder[:] = [folder]
    gate.install()
    gc.freeze()
    gc.disable()  # a seed is short; what it leaves is collected between two


def _play(seed: int) -> Result:
    gc.collect(1)
    return play(_stage[0], _folder[0], seed)


def _found(given: tuple[int, range]) -> tuple[str, int, int, str]:
    """How many of these seeds find that a protection is switched off, and what the first one says."""
    number, seeds = given
    mutation = MUTATIONS[number]
    mutation.apply()
    broken = [result.broken for result in map(_play, seeds) if result.broken]
    if any("TypeError" in one for one in broken):
        raise TypeError(f"The mutation itself does not fit any more: {mutation.name}")  # else it would pass for found
    return mutation.name, len(broken), len(seeds), broken[0].splitlines()[0] if broken else ""


def _mutations(seeds: range, workers: int) -> int:
    """Switch off one protection after the other; 1 if one of them is not missed."""
    missed = 0
    with multiprocessing.get_context("fork").Pool(workers, _begin, maxtasksperchild=1) as pool:
        for name, found, many, first in pool.imap(_found, [(number, seeds) for number in range(len(MUTATIONS))], 1):
            print(f"| {name} | {found} of {many} | {first[:160]} |", flush=True)
            missed += not found
    return bool(missed)


def _exhaustive() -> int:
    """Every single fault and every ordered pair, on the decisions alone."""
    for name, cases in (("single faults", exhaustive.singles()), ("ordered pairs", exhaustive.pairs())):
        many, came = exhaustive.play(cases)
        least = min(came[point, kind] for point in exhaustive.POINTS for kind in exhaustive.KINDS)
        print(f"{many} {name}: no promise broken; {sum(came.values())} faults came, each at least {least} times")
    return 0


def main() -> int:
    """Play what was asked for; 1 if a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m simulation")
    parser.add_argument("what", nargs="?", choices=("seeds", "named", "mutations", "exhaustive"), default="seeds")
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    if given.what == "exhaustive":
        return _exhaustive()
    _stage[:] = [stage.build()]
    if given.seed is not None:
        _begin()
        result = play(_stage[0], _folder[0], given.seed, telling=True)
        print("\n".join(result.story))
        print(result.broken or f"Seed {result.seed}: every promise was kept in {result.steps} steps.")
        return bool(result.broken)
    seeds = range(given.first, given.first + given.seeds)
    if given.what == "mutations":
        return _mutations(seeds, given.workers)
    return _seeds(list(NAMED) if given.what == "named" else seeds, given.workers)


def _seeds(seeds: Sequence[int], workers: int) -> int:
    """Play them all; 1 if a promise was broken."""
    began = time.perf_counter()
    results = []
    with multiprocessing.get_context("fork").Pool(workers, _begin) as pool:
        for result in pool.imap_unordered(_play, seeds, chunksize=4):
            results.append(result)
            if result.broken:
                print(f"FAULT  {NAMED.get(result.seed, '')}  {result.broken}", flush=True)
    return _summary(results, time.perf_counter() - began)


def _summary(results: list[Result], seconds: float) -> int:
    """Say what was played and reached; 1 if a promise was broken, or if many seeds left a point out."""
    broken = [result for result in results if result.broken]
    faults: Counter[str] = Counter()
    reached: Counter[str] = Counter()
    for result in results:
        faults.update(result.faults)
        reached.update(result.reached)
    steps, postings = sum(result.steps for result in results), sum(result.postings for result in results)
    never = sorted(POINTS - reached.keys())
    fewest = min(result.steps for result in results)
    print(f"{len(results)} seeds, {steps} steps, {fewest} or more in each, {postings} postings")
    print(f"{sum(faults.values())} faults of {len(faults)} kinds")
    seldom, least = min(((many, point) for point, many in reached.items()), default=(0, ""))[::-1]
    print(f"{len(reached)} fault points were reached, the least of them {least} times ({seldom})")
    if never:
        print(f"Never reached: {', '.join(never)}")
    print(f"{len(broken)} broken, {seconds:.0f} s")
    return bool(broken) or (bool(never) and len(results) >= MANY)


if __name__ == "__main__":
    sys.exit(main())
