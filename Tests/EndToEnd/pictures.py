"""Pictures made to measure."""

import struct
import zlib


def png(width, height, tail=b"", colour=(40, 120, 200)):
    """A PNG whose head says that size; a large one says more than it holds."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    row = b"\0" + bytes(colour) * min(width, 2_000)
    rows = zlib.compress(row * min(height, 2_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"") + tail
