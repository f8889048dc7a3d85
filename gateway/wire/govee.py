"""Opens what Govee's sleeping sensors (H5121 to H5130) advertise: scrambled, the key beside it.

It undoes the scrambling and checks that nothing is damaged; what the bytes mean, profiles say.
"""

from gateway.wire.refusal import Refusal, Refused, refused

# bytes | content
# 0-1   | of the device's address
# 2-5   | milliseconds since it woke: the key, with twelve zero bytes behind them
# 6-21  | one AES-128 block; block and key are written backwards
# 22-23 | CRC-16 of the block, big endian
_FRAME, _KEY, _BLOCK = 24, slice(2, 6), slice(6, 22)
_CRC_START, _CRC_POLYNOMIAL = 0x1D0F, 0x1021


def open_512x(payload: bytes) -> bytes | Refused:
    """Give the 16 bytes inside; anybody can write such a frame, it is not authentic."""
    if len(payload) != _FRAME:
        return refused(Refusal.UNKNOWN_FRAME, f"{len(payload)} bytes")
    block = payload[_BLOCK]
    if _crc(block) != int.from_bytes(payload[_BLOCK.stop :], "big"):
        return refused(Refusal.DAMAGED, "checksum")
    return _decrypted((payload[_KEY] + bytes(12))[::-1], block[::-1])[::-1]


def _decrypted(key: bytes, block: bytes) -> bytes:
    # 22 ms to load; a home without such devices does without.
    from cryptography.hazmat.primitives.ciphers import Cipher  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers.algorithms import AES  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers.modes import ECB  # noqa: PLC0415

    opener = Cipher(AES(key), ECB()).decryptor()  # one block: no chaining to be missed
    return opener.update(block) + opener.finalize()


def _crc(data: bytes) -> int:
    crc = _CRC_START
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ _CRC_POLYNOMIAL if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc
