"""A backup brings everything back, and never the key."""

import json
import shutil
import tarfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from daybook.connections import backup
from daybook.connections.models import CompanyFile
from daybook.notices.models import Notice
from daybook.people import operations, queries
from daybook.people.models import SecurityGroup, User
from tests.conftest import RunDaybook
from tests.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("receipts", "backups"):
        (tmp_path / name).mkdir()
        monkeypatch.setattr(settings, name.upper(), tmp_path / name)


def ada() -> User:
    return operations.add_user(
        queries.operator(),
        email="ada@example.test",
        name="Ada Berg",
        groups=SecurityGroup.objects.filter(name="System Administrators"),
        password="a long pass phrase",
    )


def test_what_was_there_at_the_backup_is_there_again_and_what_came_after_is_gone() -> None:
    ada()
    (settings.RECEIPTS / "2026").mkdir()
    (settings.RECEIPTS / "2026" / "taxi.jpg").write_bytes(b"a receipt")
    made = backup.create(timezone.now())
    User.objects.create(email="later@example.test")
    (settings.RECEIPTS / "later.jpg").write_bytes(b"another")

    restored = backup.restore(made.path, force=True)

    emails = set(User.objects.values_list("email", flat=True))
    assert "ada@example.test" in emails
    assert "later@example.test" not in emails
    assert [path.name for path in settings.RECEIPTS.rglob("*.jpg")] == ["taxi.jpg"]
    assert (restored.receipts, restored.key_fits) == (1, True)


def test_the_key_is_in_no_archive() -> None:
    made = backup.create(timezone.now())
    with tarfile.open(made.path) as archive:
        names = archive.getnames()
        manifest = archive.extractfile("manifest.json")
        assert manifest is not None
        said = json.loads(manifest.read())
    assert not [name for name in names if "secret" in name]
    assert settings.DAYBOOK_KEYS[0] not in json.dumps(said)
    assert made.path.stat().st_mode & 0o077 == 0


def test_a_restore_refuses_to_overwrite_what_is_there() -> None:
    made = backup.create(timezone.now())
    User.objects.create(email="here@example.test")
    with pytest.raises(backup.BackupRefused, match="--force"):
        backup.restore(made.path)
    assert User.objects.filter(email="here@example.test").exists()


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"\x1f\x8b\x08\x00cut off"])
def test_a_broken_archive_changes_nothing(tmp_path: Path, content: bytes) -> None:
    User.objects.create(email="here@example.test")
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(content)
    with pytest.raises(backup.BackupRefused, match="no complete backup"):
        backup.restore(broken, force=True)
    assert User.objects.filter(email="here@example.test").exists()


def test_an_archive_that_was_cut_off_changes_nothing(tmp_path: Path) -> None:
    made = backup.create(timezone.now())
    User.objects.create(email="here@example.test")
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(made.path.read_bytes()[:-200])
    with pytest.raises(backup.BackupRefused, match="no complete backup"):
        backup.restore(cut, force=True)
    assert User.objects.filter(email="here@example.test").exists()


def test_a_backup_of_the_other_database_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.tar.gz"
    name = backup.SQLITE_NAME if connection.vendor == "postgresql" else backup.POSTGRES_NAME
    (tmp_path / "manifest.json").write_text(json.dumps({"database": name}))
    with tarfile.open(other, "w:gz") as archive:
        archive.add(tmp_path / "manifest.json", "manifest.json")
    with pytest.raises(backup.BackupRefused, match="DATABASE_URL"):
        backup.restore(other, force=True)


def test_the_newest_fourteen_are_kept() -> None:
    now = timezone.now()
    for number in range(backup.KEPT + 3):
        backup.create(now + timedelta(seconds=number))
    assert len(backup.existing()) == backup.KEPT


def test_a_backup_is_due_when_the_newest_is_older_than_the_hour_of_the_day() -> None:
    now, hour = timezone.now(), timedelta(hours=1)
    assert not backup.is_due(now, now, settings.BACKUPS)
    assert backup.is_due(now + 2 * hour, now, settings.BACKUPS), "the first comes an hour after the first start"
    backup.create(now)
    assert not backup.is_due(now + 2 * hour, now - hour, settings.BACKUPS)
    assert backup.is_due(now + 2 * hour, now + hour, settings.BACKUPS)


def test_the_monitor_starts_a_backup_when_it_is_due(
    process_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in process_env.items():
        monkeypatch.setenv(name, value)
    folder, now = settings.HOME / "backups", timezone.now()
    chore = backup.Scheduled()
    assert not chore.start_when_due(now, now, folder)
    assert chore.start_when_due(now + timedelta(days=1), now, folder)
    made = wait_for(lambda: backup.existing(folder), seconds=30)
    assert tarfile.is_tarfile(made[0].path)
    shutil.rmtree(folder)


def test_the_commands_back_up_and_restore_into_an_empty_home(run_daybook: RunDaybook, tmp_path: Path) -> None:
    file = CompanyFile.objects.create(name="Books", path="books.sandbox", made_at=timezone.now())
    archive, empty = tmp_path / "all.tar.gz", tmp_path / "empty"
    written = run_daybook("backup", str(archive))
    assert "Keep a copy of" in written.stdout
    refused = run_daybook("restore", str(archive))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "--force" in refused.stderr

    if connection.vendor == "postgresql":
        restored = run_daybook("restore", str(archive), "--force")
        assert "What was posted since then is found by reading" in restored.stdout
    else:
        restored = run_daybook("restore", str(archive), DAYBOOK_HOME=str(empty))
        assert "is not the one of the backup" in restored.stdout
        shown = json.loads(run_daybook("status", "--json", DAYBOOK_HOME=str(empty)).stdout)
        assert [each["name"] for each in shown["company_files"]] == ["Books"]
        assert run_daybook("restore", str(archive), "--force").returncode == 0
    file.refresh_from_db()
    assert file.reread_needed


def test_a_folder_is_not_taken_for_the_file_to_write(run_daybook: RunDaybook, tmp_path: Path) -> None:
    refused = run_daybook("backup", str(tmp_path))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == f"{tmp_path} is a folder. Name the file to write, such as {tmp_path}/daybook.tar.gz.\n"


def test_a_scheduled_backup_that_fails_is_told(run_daybook: RunDaybook) -> None:
    person = ada()
    failed = run_daybook("backup", "--scheduled", str(settings.HOME / "no" / "such" / "folder" / "a.tar.gz"))
    assert failed.returncode == 1
    assert Notice.objects.get(user=person).kind == "backup.failed"
