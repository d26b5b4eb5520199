"""What happens to a firm: its programs die, its disk is full, its machine is lost and a backup is brought back."""

import random
import subprocess
import time
from collections import Counter
from pathlib import Path

from crash.check import Books, hold
from crash.firm import Firm
from crash.server import Server

EACH = 2
VICTIMS = [["web"], ["monitor"], ["second"], ["monitor", "second"], ["web", "monitor", "second"]]
WITH_A_SERVER = [*VICTIMS, ["server"], ["monitor", "server"], ["web", "monitor", "second", "server"]]
ROOM_LEFT = (0, 256_000, 1_000_000, 2_000_000)  # bytes
FULL_FOR = 6  # seconds


def killed(folder: Path, server: Server | None, rounds: int, seed: int) -> str:
    """Rounds in which somebody dies at a random moment and comes back; after each, every promise is looked at."""
    firm, deaths, posted = Firm(folder / "home", server, folder), Counter[str](), 0
    try:
        firm.start()
        books = Books(firm)
        for number in range(1, rounds + 1):
            deaths.update(_round(firm, number, seed))
            posted = books.check(firm)
    finally:
        firm.end()
    told = ", ".join(f"{name} {many}" for name, many in sorted(deaths.items()))
    return f"{rounds} rounds, {sum(deaths.values())} kills ({told}), {posted} postings, each in the books once"


def _round(firm: Firm, number: int, seed: int) -> list[str]:
    chance = random.Random(f"{seed} {number}")
    victims = chance.choice(WITH_A_SERVER if firm.server else VICTIMS)
    reading = firm.add_in_books(f"Books {seed} {number}") if number % 4 == 0 else None
    work = firm.work(f"R{seed}.{number}", EACH, chance.randrange(10**9))
    time.sleep(chance.uniform(0.05, 1.5))  # the moment of death; nothing is waited for
    firm.kill(victims)
    firm.revive(victims)
    for one in work:
        one.result()
    if reading is not None:
        reading.wait(180)
    firm.settle()
    return victims


def disk_full(folder: Path, server: Server | None) -> str:
    """The disk under home folder and database fills up while people work, and has room again after a while."""
    firm = Firm(folder / "home", server, folder)
    refused = 0
    try:
        firm.start()
        books = Books(firm)
        for number, room in enumerate(ROOM_LEFT):
            ballast = folder / "ballast"
            _fill(ballast, room)
            work = firm.work(f"Full {number}", EACH, number)
            time.sleep(FULL_FOR)  # how long the disk is full; nothing is waited for
            refused += sum(not one.done() for one in work)
            ballast.unlink()
            if server and not server.is_up():
                server.start()  # PostgreSQL ends itself when it cannot write its log
            for one in work:
                one.result()
            lost = firm.family.ended()
            hold(lost is None, f"{lost} ended when the disk was full: {firm.said(lost)}")
            firm.settle()
            posted = books.check(firm)
    finally:
        firm.end()
    return f"{len(ROOM_LEFT)} times full, {refused} people had to wait, {posted} postings, each in the books once"


def _fill(ballast: Path, room: int) -> None:
    """Write until nothing more fits, then leave so much room."""
    block = b"\0" * 65_536
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(block)
        except OSError:
            file.truncate(max(0, file.tell() - room))


def restored(folder: Path, server: Server | None, seed: int) -> str:
    """A backup is taken under load, the machine is lost, the backup comes back in a clean folder: it reads first."""
    firm, archive = Firm(folder / "home", server, folder), folder / "backup.tar.gz"
    try:
        firm.start()
        books = Books(firm)
        work = firm.work("Before", EACH, seed)
        # Somebody asks for what goes out only after the backup: the restored firm must find it by reading.
        firm.kill(["monitor", "second"])
        for one in work:
            one.result()
        work = firm.work("Beside", EACH, seed + 1)
        firm.daybook("backup", str(archive))
        for one in work:
            one.result()
        firm.revive(["monitor", "second"])
        firm.settle()
        books.check(firm)
        firm.kill(["web", "monitor", "second"])
        clean = Firm(folder / "clean", server.another("clean") if server else None, firm.books)
        found = _brought_back(clean, archive, firm, books)
    finally:
        firm.end()
    return found


def _brought_back(clean: Firm, archive: Path, lost: Firm, books: Books) -> str:
    before = Counter(row[2] for row in lost.in_books())
    try:
        clean.start_restored(archive, lost)
        clean.settle()
        hold(Counter(row[2] for row in clean.in_books()) == before, "bringing a backup back changed the books")
        postings = clean.rows("SELECT state FROM outbox_posting WHERE action = 'add'")
        hold(all(state == "posted" for (state,) in postings), f"after the restore: {Counter(postings)}")
        for one in clean.work("After", EACH, 99):
            one.result()
        clean.settle()
        clean.daybook("import", "customers", "--json")
        books.check_restored(clean, lost)
    finally:
        clean.end()
    return f"{len(postings)} postings were known again, none was posted twice, and the work went on"


def in_a_small_disk(folder: Path, megabytes: int) -> None:
    """Put a small file system under a folder; only in a namespace of our own, as `python -m crash` arranges."""
    size = f"size={megabytes}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True)
