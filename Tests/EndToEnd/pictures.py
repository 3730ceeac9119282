"""Pictures made to measure."""

import struct
import zlib


def png(width, height, tail=b"", colour=(40, 120, 200)):
    """A PNG whose head says that size; a large one says more than it holds."""
    row = b"\0" + bytes(colour) * min(width, 2_000)
    return png_of(width, height, 8, 2, row * min(height, 2_000)) + tail


def png_of(width, height, depth, colour_type, rows, palette=b"", cover=b"", interlaced=0):
    """A PNG of such rows, each with the number of its filter in front."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, interlaced)
    tables = (chunk(b"PLTE", palette) if palette else b"") + (chunk(b"tRNS", cover) if cover else b"")
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + tables + chunk(b"IDAT", zlib.compress(rows))
            + chunk(b"IEND", b""))
