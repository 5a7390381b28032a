"""As client.c, where there is no C compiler: client.py PATH, a script on standard input."""

import os
import select
import sys
import termios
import time
import tty

fd = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
tty.setraw(fd)


def from_hex(text):
    return b"" if text == "-" else bytes.fromhex(text)


def is_answer(piece):
    return (
        piece.startswith(prefix)
        and piece.endswith(suffix)
        and piece[offset] & mask == value
    )


def answered(have):
    if length == 0:
        return have.endswith(suffix)
    return any(is_answer(have[i : i + length]) for i in range(len(have) - length + 1))


def exchange(frame):
    start = time.monotonic_ns()
    os.write(fd, frame)
    have = b""
    while not have or not answered(have):
        if not select.select([fd], [], [], 0.5)[0]:
            return None
        have += os.read(fd, 4096)
    return (time.monotonic_ns() - start) / 1000


for line in sys.stdin:
    step, *words = line.split()
    if step == "match":
        length, offset, mask, value = map(int, words[:4])
        prefix, suffix = map(from_hex, words[4:])
    elif step == "wait":
        time.sleep(int(words[0]) / 1e6)
    elif step == "at":
        time.sleep(max(0, int(words[0]) - time.monotonic_ns()) / 1e9)
    elif step == "say":
        exchange(from_hex(words[0]))
    elif step == "ask":
        us = exchange(from_hex(words[0]))
        if us is not None:
            print(f"{us:.1f}")
    elif step == "drop":
        termios.tcflush(fd, termios.TCIFLUSH)
    else:
        sys.exit(2)
