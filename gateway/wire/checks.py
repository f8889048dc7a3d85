"""Checksums over the bytes of a serial frame.

It says whether a frame is whole; where frames begin and end is found in framing.py.
"""

import binascii
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import reduce
from operator import xor

from msgspec import Struct


class Algorithm(StrEnum):
    """How a checksum is worked out; those of 16 bits say in which order their bytes are sent."""

    SUM8 = "sum8"
    NOT_SUM8 = "not_sum8"
    NEG_SUM8 = "neg_sum8"  # what brings the sum to zero
    XOR8 = "xor8"
    NOT_XOR8 = "not_xor8"
    CRC8 = "crc8"  # polynomial 07, from 00
    SUM16LE = "sum16le"
    SUM16BE = "sum16be"
    CRC16_MODBUS = "crc16_modbus"  # little endian
    CRC16_CCITT = "crc16_ccitt"  # polynomial 1021, from FFFF, big endian

    @property
    def width(self) -> int:
        """Give the number of its bytes."""
        return 2 if "16" in self.value else 1


class Check(Struct, frozen=True):
    """A checksum over bytes [begin, end) of a frame, stored at `at`; negative: from the end."""

    algorithm: Algorithm
    begin: int
    end: int
    at: int

    @property
    def is_in_head(self) -> bool:
        """Say whether it can be made before the frame's length is known."""
        return self.begin >= 0 and self.end >= 0 and self.at >= 0

    @property
    def reach(self) -> int:
        """Give how many bytes from the beginning it speaks of."""
        return max(self.begin, self.end, self.at + self.algorithm.width if self.at >= 0 else 0)

    @property
    def tail(self) -> int:
        """Give how many bytes before the end it speaks of."""
        return max(0, -self.begin, -self.end, -self.at)

    def holds(self, frame: bytes) -> bool:
        """Say whether the checksum in the frame is the right one."""
        right = _SUMS[self.algorithm](frame[self.begin : self.end])
        return frame.startswith(right, self.at)


def all_hold(checks: Iterable[Check], frame: bytes) -> bool:
    """Say whether every one of the checksums is right."""
    return all(check.holds(frame) for check in checks)


def checksum(algorithm: Algorithm, data: bytes) -> bytes:
    """Give the checksum of data as it is sent."""
    return _SUMS[algorithm](data)


def _table(polynomial: int) -> tuple[int, ...]:
    return tuple(_shifted(byte, polynomial) for byte in range(256))


def _shifted(crc: int, polynomial: int) -> int:
    for _ in range(8):
        crc = (crc << 1) ^ polynomial if crc & 0x80 else crc << 1
    return crc & 0xFF


def _reflected_table(polynomial: int) -> tuple[int, ...]:
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ polynomial if crc & 1 else crc >> 1
        table.append(crc)
    return tuple(table)


_CRC8 = _table(0x07)
_MODBUS = _reflected_table(0xA001)


def _crc8(data: bytes) -> bytes:
    crc = 0
    for byte in data:
        crc = _CRC8[crc ^ byte]
    return crc.to_bytes(1, "big")


def _crc16_modbus(data: bytes) -> bytes:
    crc = 0xFFFF
    for byte in data:
        crc = (crc >> 8) ^ _MODBUS[(crc ^ byte) & 0xFF]
    return crc.to_bytes(2, "little")


def _byte(number: int) -> bytes:
    return (number & 0xFF).to_bytes(1, "big")


_SUMS: dict[Algorithm, Callable[[bytes], bytes]] = {
    Algorithm.SUM8: lambda data: _byte(sum(data)),
    Algorithm.NOT_SUM8: lambda data: _byte(~sum(data)),
    Algorithm.NEG_SUM8: lambda data: _byte(-sum(data)),
    Algorithm.XOR8: lambda data: _byte(reduce(xor, data, 0)),
    Algorithm.NOT_XOR8: lambda data: _byte(~reduce(xor, data, 0)),
    Algorithm.CRC8: _crc8,
    Algorithm.SUM16LE: lambda data: (sum(data) & 0xFFFF).to_bytes(2, "little"),
    Algorithm.SUM16BE: lambda data: (sum(data) & 0xFFFF).to_bytes(2, "big"),
    Algorithm.CRC16_MODBUS: _crc16_modbus,
    Algorithm.CRC16_CCITT: lambda data: binascii.crc_hqx(data, 0xFFFF).to_bytes(2, "big"),
}
