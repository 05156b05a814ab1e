"""A camera for Chromium: one still picture, in YUV4MPEG2, as `--use-file-for-fake-video-capture` takes it."""

from __future__ import annotations

from pathlib import Path

from hub.backoffice.security.qr import matrix

WIDTH, HEIGHT = 1280, 720
DARK, PAPER, WALL = 24, 235, 150
QUIET = 4
"""Modules of white around the code (ISO/IEC 18004)."""

FRAMES = 10


def film(path: Path, text: str | None) -> list[str]:
    """Write what the camera sees, a code held before it or None for an empty room; the browser's flags that make it so."""
    luma = _room() if text is None else _held(matrix(text))
    frame = b"FRAME\n" + luma + bytes([128]) * (WIDTH * HEIGHT // 2)
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420mpeg2\n".encode() + frame * FRAMES)
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    ]


def _room() -> bytes:
    """A wall that grows lighter from left to right."""
    return bytes(WALL - 60 + 100 * x // WIDTH for x in range(WIDTH)) * HEIGHT


def _held(modules: list[str]) -> bytes:
    """The code in the middle, two thirds of the picture high."""
    size = HEIGHT * 2 // 3 // (len(modules) + 2 * QUIET)
    across = size * (len(modules) + 2 * QUIET)
    left, top = (WIDTH - across) // 2, (HEIGHT - across) // 2
    white = bytes([PAPER])
    rows = [white * across] * (size * QUIET)
    for row in modules:
        inner = b"".join(bytes([DARK if module == "1" else PAPER]) * size for module in row)
        rows += [white * (size * QUIET) + inner + white * (size * QUIET)] * size
    rows += [white * across] * (size * QUIET)
    wall = bytes([WALL])
    lines = [wall * WIDTH] * top + [wall * left + row + wall * (WIDTH - left - across) for row in rows]
    return b"".join(lines + [wall * WIDTH] * (HEIGHT - len(lines)))
