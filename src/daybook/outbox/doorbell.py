"""The doorbell, as those know it who lay something into the outbox."""

from daybook.connections.doorbell import Doorbell, ring

__all__ = ["Doorbell", "ring"]
