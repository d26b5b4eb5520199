"""kill -9 of the site or of the Monitor at any step of the demo: the story still holds, nothing is lost or doubled."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from daybook.cli import story
from daybook.cli.demo import Daybook, set_up
from daybook.cli.processes import Family, free_port
from daybook.cli.story import Stage, Teller

Act = Callable[[Stage, Teller, str], None]


class Killer(Teller):
    """Tells the story, and a moment after one of its steps began, kills a program and starts it again."""

    def __init__(
        self, hand: ThreadPoolExecutor, family: Family, victim: str, start: tuple[str, ...], at_step: int
    ) -> None:
        super().__init__(Console(file=StringIO()))
        self.killed = False
        self._hand = hand
        self._family, self._victim, self._start, self._left = family, victim, start, at_step

    @contextmanager
    def step(self, words: str) -> Iterator[None]:
        self._left -= 1
        if self._left:
            with super().step(words):
                yield
            return
        with super().step(words):
            killing = self._hand.submit(self._kill)
            yield
        killing.result()

    def _kill(self) -> None:
        self._family.kill(self._victim)
        self._family.start(self._victim, *self._start)
        self.killed = True


@pytest.mark.parametrize("victim", ["web", "monitor"])
def test_the_story_holds_when_a_program_is_killed_at_any_step(tmp_path: Path, victim: str) -> None:
    port = free_port()
    url, home = f"http://127.0.0.1:{port}", tmp_path / "home"
    env = {"DAYBOOK_HOME": str(home), "DAYBOOK_URL": url, "DATABASE_URL": ""}
    start = ("serve", "--port", str(port)) if victim == "web" else ("monitor",)
    home.mkdir()
    family = Family(env, tmp_path)
    hand = ThreadPoolExecutor(1)  # one thread for all: a member ends with the thread that started it
    acts: list[tuple[Act, int]] = [(story.project_out, 4), (story.customer_in, 4)]
    try:
        stage, _ = set_up(Teller(Console(file=StringIO())), family, Daybook(env), home, url)
        for act, steps in acts:
            for step in range(1, steps + 1):
                killer = Killer(hand, family, victim, start, step)
                act(stage, killer, f"{act.__name__} {victim} {step}".replace("_", " "))
                assert killer.killed
        killer = Killer(hand, family, victim, start, at_step=3)
        story.customer_by_night(stage, killer, f"By night {victim}")
        assert killer.killed
    finally:
        family.stop()
        hand.shutdown()
