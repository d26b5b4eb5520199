"""Run seeds: `python -m simulation --seeds 1000 --first 1`; `--seed 17` tells one of them as a story."""

import argparse
import gc
import logging
import multiprocessing
import os
import sys
import time
from collections import Counter
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "simulation.settings"
if os.environ.get("PYTHONHASHSEED") != "0":
    os.execve(sys.executable, [sys.executable, "-m", "simulation", *sys.argv[1:]], os.environ | {"PYTHONHASHSEED": "0"})

import django  # noqa: E402

django.setup()
logging.disable(logging.CRITICAL)

from daybook import home  # noqa: E402
from simulation import gate, stage  # noqa: E402
from simulation.play import Result, play  # noqa: E402

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


def main() -> int:
    """Play what was asked for; 1 if a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m simulation")
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    _stage[:] = [stage.build()]
    if given.seed is not None:
        _begin()
        result = play(_stage[0], _folder[0], given.seed, telling=True)
        print("\n".join(result.story))
        print(result.broken or f"Seed {result.seed}: every promise was kept in {result.steps} steps.")
        return bool(result.broken)
    began = time.perf_counter()
    results = []
    with multiprocessing.get_context("fork").Pool(given.workers, _begin) as pool:
        for result in pool.imap_unordered(_play, range(given.first, given.first + given.seeds), chunksize=4):
            results.append(result)
            if result.broken:
                print(f"FAULT  {result.broken}", flush=True)
    return _summary(results, time.perf_counter() - began)


def _summary(results: list[Result], seconds: float) -> int:
    broken = [result for result in results if result.broken]
    faults: Counter[str] = Counter()
    for result in results:
        faults.update(result.faults)
    steps = sum(result.steps for result in results)
    print(f"{len(results)} seeds, {steps} steps, {sum(faults.values())} faults, {len(broken)} broken, {seconds:.0f} s")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
