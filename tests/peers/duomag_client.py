"""A second opinion on the simulated DuoMAG: a session conducted by a client of its own.

Written from the published wire facts (nigelrogasch/MAGIC, puichuentam/duomagmp-toolbox-py,
prakarshyadav/TMS_gui); shares no code and no table with the simulator. Standard library only.

    duomag_client.py PORT

Prints one JSON line: what was not as it should be (empty: nothing), and between which instants of
CLOCK_MONOTONIC (s) pulses can have left.
"""

import json
import os
import select
import sys
import termios
import time
import tty

SYNC = 255
FIRE = 121
UNIT_MS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
# Bits that no program reads, B1 to B12; a frame with one of them set is none.
UNREAD = (0xC0, 0, 0, 0, 0, 0, 0x87, 0xA0, 0, 0x80, 0x80, 0x88)

problems = []
fired = []


def hold(what, is_so, got=""):
    if not is_so:
        problems.append(f"{what}: {got!r}")


def open_port(path):
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    tty.setraw(fd)
    attributes = termios.tcgetattr(fd)
    attributes[2] |= termios.CSTOPB
    attributes[4] = attributes[5] = termios.B1000000
    termios.tcsetattr(fd, termios.TCSANOW, attributes)
    # What has piled up in the line before anybody listened says nothing about the rate.
    termios.tcflush(fd, termios.TCIFLUSH)
    return fd


fd = open_port(sys.argv[1])
pending = b""
in_step = False


def is_frame(piece):
    return 12 <= len(piece) <= 15 and piece[1] <= 100 and not any(b & m for b, m in zip(piece, UNREAD))


def read_frames(until):
    """Frames of the stream as they come; the piece before the first sync byte is thrown away."""
    global pending, in_step
    while True:
        left = until - time.monotonic()
        if left <= 0:
            return
        if not select.select([fd], [], [], left)[0]:
            return
        pending += os.read(fd, 4096)
        *pieces, pending = pending.split(bytes([SYNC]))
        for piece in pieces:
            if in_step and piece:
                hold("every piece is a frame", is_frame(piece), piece.hex())
                if is_frame(piece):
                    yield Status(piece)
            in_step = True


class Status:
    def __init__(self, b):
        self.raw = b
        self.turn = (b[0] & 0x1F) - (32 if b[0] & 0x10 else 0)
        self.intensity = b[1]
        self.omitted = b[5]
        self.errors = (b[6] & 0x78, b[7] & 0x5C)
        self.coil_ok = bool(b[7] & 2)
        self.charged = bool(b[8] & 1)
        self.trigger_ms = b[9] * UNIT_MS[b[11] & 7]
        self.recharge_ms = b[10] * UNIT_MS[b[11] >> 4 & 7]
        self.coil = b[14] if len(b) == 15 else None


def fresh():
    """Drops what has piled up; then the next whole frame."""
    global pending, in_step
    while select.select([fd], [], [], 0)[0]:
        os.read(fd, 65536)
    pending, in_step = b"", False
    for status in read_frames(time.monotonic() + 1):
        return status
    problems.append("no status for a second")
    sys.exit(finish())


def until(what, is_so, limit_s):
    end = time.monotonic() + limit_s
    for status in read_frames(end):
        if is_so(status):
            return status
    problems.append(f"{what}: not within {limit_s} s")
    return fresh()


def twice(*values):
    os.write(fd, bytes(v for value in values for v in (value, value)))


def delay(first_bits, steps, exponent):
    twice(first_bits | steps >> 2, first_bits | 0x20 | exponent << 2 | steps & 3)


def fire(power):
    before = time.monotonic()
    twice(FIRE)
    shown = until("charge goes with the pulse", lambda s: not s.charged, 1)
    fired.append({"from": before, "to": time.monotonic(), "power": power})
    return before, shown


def stream():
    start = time.monotonic()
    frames = list(read_frames(start + 1))
    hold("40 to 60 frames a second", 40 <= len(frames) <= 60, len(frames))
    hold("one length", len({len(f.raw) for f in frames}) == 1)
    first = frames[0]
    hold("at rest", (first.intensity, first.errors, first.coil_ok, first.omitted) == (0, (0, 0), True, 0), first.raw.hex())
    hold("a coil that has a name", first.coil in range(1, 8), first.coil)


def settings():
    twice(45)
    until("intensity is shown", lambda s: s.intensity == 45, 1)
    delay(0x80, 60, 5)
    until("recharge delay 120 ms", lambda s: s.recharge_ms == 120, 1)
    delay(0xC0, 127, 7)
    until("trigger-out delay 1270 ms", lambda s: s.trigger_ms == 1270, 1)
    # In two writes, 50 ms apart, as one of the known programs does it.
    twice(0xC0 | 100 >> 2)
    time.sleep(0.05)
    twice(0xE0 | 3 << 2 | 100 & 3)
    until("trigger-out delay 50 ms", lambda s: s.trigger_ms == 50, 1)
    hold("the other delay is as it was", fresh().recharge_ms == 120)


def what_does_nothing():
    for values in ([101], [110], [120], [122], [127]):
        twice(*values)
    os.write(fd, bytes([46]))
    os.write(fd, bytes([FIRE]))
    os.write(fd, bytes([0xA0, 0xA0]))
    time.sleep(0.1)
    s = fresh()
    hold("nothing happened", (s.intensity, s.recharge_ms, s.omitted) == (45, 120, 0), s.raw.hex())


def pulses():
    until("charged", lambda s: s.charged, 3)
    at, shown = fire(45)
    hold("no pulse omitted", shown.omitted == 0, shown.omitted)
    twice(FIRE)
    until("a start while not charged is omitted", lambda s: s.omitted == 1, 1)
    until("charged again", lambda s: s.charged, 5)
    hold("not before the recharge delay", time.monotonic() - at >= 0.12, time.monotonic() - at)
    twice(60)
    until("another intensity, charged", lambda s: s.intensity == 60 and s.charged, 5)
    fire(60)
    until("charged", lambda s: s.charged, 5)


def leave():
    twice(0)
    until("intensity 0", lambda s: s.intensity == 0, 1)
    until("charged at 0", lambda s: s.charged, 5)
    twice(FIRE)
    s = until("a start at 0 is omitted", lambda s: s.omitted == 2, 1)
    hold("no turn of the knob", s.turn == 0, s.turn)


def finish():
    print(json.dumps({"problems": problems, "fired": fired}))
    return 0 if not problems else 1


for part in (stream, settings, what_does_nothing, pulses, leave):
    part()
sys.exit(finish())
