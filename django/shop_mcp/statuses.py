"""The statuses of the contract, and other spellings of them. The server reads those by the same rules."""

import re

# Any other word of a shop is passed on as it is.
STATUSES = [
    "pending", "processing", "shipped", "delivered", "cancelled", "return_requested", "exchange_requested",
]  # fmt: skip


def canonical(word):
    """A status in whatever spelling (`Return Requested`, `returnRequested`, `canceled`) as the contract writes it.
    None for another word."""
    spelling = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(word).strip()).lower()
    spelling = re.sub(r"^canceled$", "cancelled", re.sub(r"[\s_-]+", "_", spelling))
    return spelling if spelling in STATUSES else None


def spellings(status):
    """The spellings of a status, without their case."""
    joined = [status.replace("_", joint) for joint in ("_", "-", " ", "")]
    return [*dict.fromkeys(joined), *(["canceled"] if status == "cancelled" else [])]
