"""A second opinion on the simulated BITalino: a whole session, conducted by a client of its own.

Written from the published facts of its firmware and its official client
(BITalinoWorld/firmware-bitalino-revolution, BITalinoWorld/revolution-python-api) and sharing no code and
no table with the simulator.

    bitalino_client.py PORT

Prints one JSON line: what was not as it should be (empty: nothing), and what was measured.
"""

import json
import sys
import time

from amplifier_line import Line

FRAME_BYTES = {1: 3, 2: 4, 3: 6, 4: 7, 5: 8, 6: 8}
PAUSE_S = 0.1

problems = []
measured = {}
line = Line(sys.argv[1])


def expect(what, got, wanted):
    if got != wanted:
        problems.append(f"{what}: got {got!r}, expected {wanted!r}")


def hold(what, is_so, got=""):
    if not is_so:
        problems.append(f"{what}: {got}")


def send(*command):
    for byte in command:
        time.sleep(PAUSE_S)
        line.send(bytes([byte]))


def crc_is_good(data):
    """x^4 + x + 1 over all bits, the last nibble counted as zero."""
    crc = 0
    for place, byte in enumerate(data):
        counted = byte & 0xF0 if place == len(data) - 1 else byte
        for bit in range(7, -1, -1):
            crc <<= 1
            if crc & 0x10:
                crc ^= 0x13
            crc ^= counted >> bit & 1
    return crc == data[-1] & 0x0F


def decode(frame, channels):
    """(number, I1 I2 O1 O2, channels) of a good frame."""
    last, before = frame[-1], frame[-2]
    values = [(before & 0x0F) << 6 | frame[-3] >> 2]
    if channels > 1:
        values.append((frame[-3] & 0x03) << 8 | frame[-4])
    if channels > 2:
        values.append(frame[-5] << 2 | frame[-6] >> 6)
    if channels > 3:
        values.append((frame[-6] & 0x3F) << 4 | frame[-7] >> 4)
    if channels > 4:
        values.append((frame[-7] & 0x0F) << 2 | frame[-8] >> 6)
    if channels > 5:
        values.append(frame[-8] & 0x3F)
    return last >> 4, before >> 4, values


def stream(mask, seconds, simulated=False, during=None):
    """Frames of a stream in live mode, after checking numbers and checksums."""
    channels = bin(mask).count("1")
    send(mask << 2 | (2 if simulated else 1))
    began = time.monotonic()
    data = line.read_for(seconds / 2)
    if during is not None:
        line.send(bytes([during]))
    data += line.read_for(seconds / 2)
    took = time.monotonic() - began
    line.send(b"\x00")
    data += line.read_for(0.3)
    length = FRAME_BYTES[channels]
    expect(f"bytes over with {channels} channels", len(data) % length, 0)
    frames = [data[at : at + length] for at in range(0, len(data) - length + 1, length)]
    expect(f"bad checksums with {channels} channels", sum(not crc_is_good(f) for f in frames), 0)
    decoded = [decode(frame, channels) for frame in frames]
    numbers = [number for number, *_ in decoded]
    expect("the first number", numbers[:1], [0])
    expect("lost frames", sum((b - a - 1) % 16 for a, b in zip(numbers, numbers[1:])), 0)
    expect("bytes after the stop", line.read_for(0.3), b"")
    return decoded, len(decoded) / took


def identify():
    send(0x07)
    version = line.read_until(b"\n", 1.0)
    hold("version", version.startswith(b"BITalino_v") and version.endswith(b"\n"), version)
    measured["version"] = version.decode().strip()
    hold("(r)evolution", float(version[10:].decode()) >= 5.2, version)


def status():
    send(30 << 2, 0xB3 | 1 << 2, 0xA3, 100, 0x0B)
    state = line.read_bytes(17, 1.0)
    expect("bytes of the status", len(state), 17)
    hold("checksum of the status", crc_is_good(state), state.hex())
    words = [int.from_bytes(state[i : i + 2], "little") for i in range(0, 14, 2)]
    hold("counts of ten bits", all(word < 1024 for word in words), words)
    hold("battery between 3.3 and 4.2 V", 511 <= words[6] <= 653, words[6])
    expect("threshold, PWM", list(state[14:16]), [30, 100])
    expect("O1 on, O2 off", state[16] >> 4 & 3, 2)


def live():
    send(0xC3)
    frames, rate = stream(0b000001, 2.0)
    measured["frames"] = len(frames)
    hold("frames a second", 900 < rate < 1100, rate)
    values = [values[0] for _, _, values in frames]
    hold("something is seen", len(set(values)) > 5, len(set(values)))
    hold("around the middle", 400 < sum(values) / len(values) < 624)
    expect("digital lines", {digital for _, digital, _ in frames}, {2})
    frames, _ = stream(0b111111, 1.0, during=0xB3 | 2 << 2)
    expect("O2 instead of O1, while it streams", (frames[0][1], frames[-1][1]), (2, 1))
    for _, _, values in frames:
        hold("six bits at the fifth and sixth place", max(values[4:]) < 64, values)
    send(0x83)
    _, rate = stream(0b001010, 2.0)
    hold("frames a second at 100 Hz", 85 < rate < 115, rate)


def simulated_mode():
    send(0xC3)
    frames, rate = stream(0b000111, 1.5, simulated=True)
    hold("simulated frames a second", 850 < rate < 1150, rate)
    for place in range(3):
        hold("simulated signals move", len({values[place] for *_, values in frames}) > 20, place)


identify()
status()
live()
simulated_mode()
identify()
print(json.dumps({"problems": problems, "measured": measured}))
