"""What tells one batch from another of the same number."""

import hashlib
from collections.abc import Iterable


def batch_key(hub_id: str, batch_no: int, receipts: Iterable[tuple[int, int]]) -> str:
    """Return the digest of a batch: of its hub, number and (receipt_no, file count) pairs.

    A Postgres restored from an older copy may use a number again for other receipts; the rows
    that the lake holds under that number then carry another key.
    """
    digest = hashlib.sha256(f"{hub_id}/{batch_no}".encode())
    for receipt_no, files in sorted(receipts):
        digest.update(f"/{receipt_no}:{files}".encode())
    return digest.hexdigest()
