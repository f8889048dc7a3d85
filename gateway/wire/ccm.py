"""AES-CCM as small radio sensors use it: a short tag, and a nonce made of address and counter.

What goes into the nonce, and what is done with the result, the envelopes decide.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESCCM

KEY = 16
TAG = 4
LEGACY_TAG = 1


def seal(key: bytes, nonce: bytes, plain: bytes, beside: bytes | None) -> bytes:
    """Encrypt, and append a tag of four bytes that covers `plain` and `beside`."""
    return _cipher(key, TAG).encrypt(nonce, plain, beside)


def unseal(key: bytes, nonce: bytes, sealed: bytes, beside: bytes | None) -> bytes | None:
    """Decrypt what `seal` gives; None where key, nonce or one bit of it is not right."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - see below

    if len(key) != KEY:
        return None
    try:
        return _cipher(key, TAG).decrypt(nonce, sealed, beside)
    except InvalidTag:
        return None


def seal_legacy(key: bytes, nonce: bytes, plain: bytes, beside: bytes | None) -> bytes:
    """Encrypt, and append the first byte of a tag of sixteen."""
    sealed = _cipher(key, 16).encrypt(nonce, plain, beside)
    return sealed[: len(plain) + LEGACY_TAG]


def unseal_legacy(key: bytes, nonce: bytes, sealed: bytes, beside: bytes | None) -> bytes | None:
    """Decrypt what `seal_legacy` gives. One forgery in 256 passes."""
    hidden = sealed[:-LEGACY_TAG]
    # CCM adds a key stream: what it makes of zeros is that stream.
    stream = seal_legacy(key, nonce, bytes(len(hidden)), beside)
    plain = bytes(a ^ b for a, b in zip(hidden, stream, strict=False))
    return plain if seal_legacy(key, nonce, plain, beside) == sealed else None


def mac_of(address: str) -> bytes | None:
    """Give the six bytes of an address such as A4:C1:38:8D:18:B2; None where it is none."""
    try:
        mac = bytes.fromhex(address.replace(":", ""))
    except ValueError:
        return None
    return mac if len(mac) == 6 else None


def _cipher(key: bytes, tag: int) -> "AESCCM":
    # 22 ms to load; a home without encrypted devices does without.
    from cryptography.hazmat.primitives.ciphers.aead import AESCCM  # noqa: PLC0415

    return AESCCM(key, tag_length=tag)
