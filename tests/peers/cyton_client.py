"""A second opinion on the simulated Cyton: a whole session, conducted by a client of its own.

Written from the published facts of OpenBCI's firmware and clients (OpenBCI/OpenBCI_Cyton_Library,
OpenBCI/OpenBCI_Python, brainflow-dev/brainflow) and sharing no code and no table with the simulator.

    cyton_client.py PORT plain|daisy

Prints one JSON line: what was not as it should be (empty: nothing), and what was measured.
"""

import json
import re
import sys
import time

from amplifier_line import Line

DAISY = sys.argv[2] == "daisy"
UV_AT_24 = 4.5 / (2**23 - 1) / 24 * 1e6
G_PER_COUNT = 0.000125

problems = []
measured = {}
line = Line(sys.argv[1])


def expect(what, got, wanted):
    if got != wanted:
        problems.append(f"{what}: got {got!r}, expected {wanted!r}")


def hold(what, is_so, got=""):
    if not is_so:
        problems.append(f"{what}: {got}")


def ask(command, limit_s=2.0):
    line.send(command.encode())
    return line.read_until(b"$$$", limit_s).decode("latin1")


def packets_of(data):
    """(number, counts, aux, footer) of each packet, and the bytes that belong to none."""
    found, junk, at = [], 0, 0
    while at + 33 <= len(data):
        if data[at] != 0xA0 or data[at + 32] >> 4 != 0xC:
            at += 1
            junk += 1
            continue
        counts = [
            int.from_bytes(data[i : i + 3], "big", signed=True) for i in range(at + 2, at + 26, 3)
        ]
        found.append((data[at + 1], counts, data[at + 26 : at + 32], data[at + 32]))
        at += 33
    return found, junk


def stream(seconds):
    """Starts, listens, stops; the packets, and how long they took to come."""
    began = time.monotonic()
    line.send(b"b")
    data = line.read_for(seconds)
    took = time.monotonic() - began
    line.send(b"s")
    data += line.read_for(0.3)
    packets, junk = packets_of(data)
    expect("bytes between packets", junk, 0)
    expect("bytes after the last packet", len(data) % 33, 0)
    numbers = [number for number, *_ in packets]
    expect("the first number", numbers[:1], [0])
    lost = sum((b - a - 1) % 256 for a, b in zip(numbers, numbers[1:]))
    expect("lost packets", lost, 0)
    expect("bytes after the stop", line.read_for(0.3), b"")
    return packets, took


def connect():
    time.sleep(0.3)
    line.send(b"s")
    line.read_for(0.25)
    sent = time.monotonic()
    banner = ask("v", 5)
    hold("a reset takes more than half a second", time.monotonic() - sent > 0.5)
    expect("converters in the banner", banner.count("ADS1299"), 2 if DAISY else 1)
    hold("lines of the banner", banner.endswith("\r\n$$$"), repr(banner))
    hold("version in the banner", re.search(r"v\d\.\d+\.\d+", banner), repr(banner))
    expect("d", ask("d"), "updating channel settings to default$$$")


def settings():
    hold("V", re.fullmatch(r"v\d\.\d+\.\d+\$\$\$", ask("V")))
    expect("D", ask("D"), "060110$$$")
    expect("x", ask("x3040000X"), "Success: Channel set for 3$$$")
    expect("x of channel 16", ask("xI050110X"), "Success: Channel set for 16$$$")
    expect("z", ask("z101Z"), "Success: Lead off set for 1$$$")
    expect("z off", ask("z100Z"), "Success: Lead off set for 1$$$")
    expect("a rate", ask("~4"), "Success: Sample rate is 1000Hz$$$")
    expect("a rate that is none", ask("~9"), "Failure: sample value out of bounds$$$")
    expect("a mode", ask("/0"), "Success: default$$$")
    expect("C", ask("C"), "16$$$" if DAISY else "8$$$")
    line.send(b"x1060")
    expect("silence within a second", line.read_for(0.6), b"")
    hold("timeout of a long command", ask("", 1.0).startswith("Timeout processing multi byte"))


def noise():
    packets, took = stream(2.0)
    measured["packets"] = len(packets)
    rate = len(packets) / took
    # The first packets come with the first block, and the machine may be busy.
    hold("packets a second", 225 < rate < 275, rate)
    expect("footers", {footer for *_, footer in packets}, {0xC0})
    triples = [
        [int.from_bytes(aux[i : i + 2], "big", signed=True) for i in (0, 2, 4)]
        for _, _, aux, _ in packets
    ]
    news = [triple for triple in triples if any(triple)]
    hold("new acceleration 25 times a second", abs(len(news) - len(packets) / 10) <= 1, len(news))
    for x, y, z in news:
        g = (x * x + y * y + z * z) ** 0.5 * G_PER_COUNT
        hold("about 1 g", 0.9 < g < 1.1, g)
    channel = [counts[0] for number, counts, *_ in packets if not DAISY or number % 2]
    hold("something is seen", len(set(channel)) > 50, len(set(channel)))
    hold("not beyond 1 mV", max(map(abs, channel)) * UV_AT_24 < 1000)


def test_signal():
    expect("-", ask("-"), "Success: Configured internal test signal.$$$")
    packets, _ = stream(2.0)
    board = [counts for number, counts, *_ in packets if not DAISY or number % 2][2:]
    first = [counts[0] * UV_AT_24 for counts in board]
    # Channel 3 is at gain 8 and channel 1 at gain 24: a third of the counts.
    third = [counts[2] * UV_AT_24 * 3 for counts in board]
    expect("levels of channel 1", sorted({round(abs(uv)) for uv in first} - {0}), [1875])
    hold("channel 3 sees the same", all(abs(a - b) < 1 for a, b in zip(first, third)))
    edges = sum((a > 0) != (b > 0) for a, b in zip(first, first[1:]))
    hold("about two edges a second", 3 <= edges <= 5, edges)


def stamps():
    expect("<", ask("<"), "Time stamp ON$$$")
    packets, _ = stream(1.0)
    footers = [footer for *_, footer in packets]
    expect("footers of stamped packets", (footers[0], set(footers[1:])), (0xC3, {0xC4}))
    times = [int.from_bytes(aux[2:], "big") for _, _, aux, _ in packets]
    expect("milliseconds between packets", {b - a for a, b in zip(times, times[1:])}, {4})
    expect(">", ask(">"), "Time stamp OFF$$$")


connect()
settings()
noise()
test_signal()
stamps()
print(json.dumps({"problems": problems, "measured": measured}))
