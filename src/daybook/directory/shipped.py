"""What a new database has: the usual statuses of work and the first number of automatic IDs."""

from typing import Any

PROJECT_PREFIX = "P-"
STATUSES = (
    # code, name, is_active, is_default, billing_open
    (1, "Active", True, True, True),
    (2, "On hold", True, False, True),
    (8, "Finished, still to bill", False, False, True),
    (9, "Closed", False, False, False),
)


def ship(apps: Any) -> None:
    """Write the usual statuses and the number series; `apps` is Django's or a migration's registry."""
    statuses = apps.get_model("directory", "ProductionStatus").objects
    for code, name, is_active, is_default, billing_open in STATUSES:
        values = {"name": name, "is_active": is_active, "is_default": is_default, "billing_open": billing_open}
        statuses.get_or_create(code=code, defaults=values)
    apps.get_model("directory", "NumberSeries").objects.get_or_create(prefix=PROJECT_PREFIX)
