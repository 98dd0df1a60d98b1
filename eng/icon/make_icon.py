"""Draws icon.png: a table of nine cells, one of which is empty and filled in by a wave of noise.

Needs nothing but Python's standard library:  python3 eng/icon/make_icon.py
"""
import os
import struct
import zlib

SIZE = 128
SCALE = 4  # every pixel is the mean of 4 x 4 samples, so that edges are smooth
BACKGROUND = (0x24, 0x2E, 0x52)
CELL = (0xF2, 0xF4, 0xFB)
FILLED = (0xF5, 0xA6, 0x23)


def rounded(x, y, left, top, width, radius):
    """True inside a square with round corners."""
    dx = max(left + radius - x, x - (left + width - radius), 0)
    dy = max(top + radius - y, y - (top + width - radius), 0)
    inside = left <= x <= left + width and top <= y <= top + width
    return inside and dx * dx + dy * dy <= radius * radius


def colour(x, y):
    """The colour at a point, with its opacity."""
    if not rounded(x, y, 0, 0, SIZE, 22):
        return (0, 0, 0, 0)
    for row in range(3):
        for column in range(3):
            left, top = 20 + 31 * column, 20 + 31 * row
            if not rounded(x, y, left, top, 26, 5):
                continue
            if (row, column) != (1, 1):
                return (*CELL, 255)
            # The missing cell: dots that become dense from the left to the right, as noise turns into a value.
            step = 5.2
            centre_x = left + step * (int((x - left) / step) + 0.5)
            centre_y = top + step * (int((y - top) / step) + 0.5)
            radius = 0.9 + 2.9 * (centre_x - left) / 26
            near = (x - centre_x) ** 2 + (y - centre_y) ** 2 <= radius * radius
            return (*(FILLED if near else BACKGROUND), 255)
    return (*BACKGROUND, 255)


def pixel(column, row):
    """The mean of the samples of one pixel; colours are weighted by their opacity."""
    samples = [colour(column + (i + 0.5) / SCALE, row + (j + 0.5) / SCALE) for i in range(SCALE) for j in range(SCALE)]
    opacity = sum(s[3] for s in samples)
    if opacity == 0:
        return b"\0\0\0\0"
    return bytes([round(sum(s[c] * s[3] for s in samples) / opacity) for c in range(3)] + [round(opacity / len(samples))])


def chunk(kind, data):
    """A chunk of a PNG file: length, kind, data, checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main():
    rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(SIZE)) for y in range(SIZE))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "icon.png")
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


main()
