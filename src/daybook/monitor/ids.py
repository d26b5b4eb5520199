"""Names from the system's randomness, for the programs; a test makes its own."""

import uuid


class RandomIds:
    """Makes names that nobody made before."""

    def set_id(self) -> str:
        """A message-set id: 22 characters, within the 23 that QuickBooks allows."""
        return f"D{uuid.uuid4().hex[:21]}"
