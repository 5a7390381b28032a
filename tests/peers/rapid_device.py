"""A Rapid for the driver that shares no code and no table with it: a strict device of its own.

Written from the published wire facts (nicolasmcnair/magpy, nigelrogasch/MAGIC, cboulay/magstim_python).
It says `S` or nothing to whatever a careful host never sends, and writes down why. Standard library only.

    rapid_device.py MAJOR LOG [UNLOCK_CODE]

Prints `ready PATH`. Every frame becomes a JSON line in LOG: {"t", "host", "device", "against"?}; so does
every pulse: {"t", "pulse", "power"}; the last line is {"end": {...}}. `t` is CLOCK_MONOTONIC in seconds.
"""

import json
import os
import select
import signal
import sys
import time
import tty

MAJOR = int(sys.argv[1])
LOG = open(sys.argv[2], "w", buffering=1)
CODE = sys.argv[3] if len(sys.argv) > 3 else None
NEW = MAJOR >= 9
PULSE_DIGITS, DURATION_DIGITS, WAIT_DIGITS = (5, 4, 4) if NEW else (4, 3, 3 if MAJOR < 7 else 4)
MAX_PULSES, MAX_TENTHS = (6000, 6000) if NEW else (1000, 100)
# Highest frequency, Hz, of a Super Rapid on 240 V at and above these powers; coarse on purpose.
MAX_HZ = ((0, 100), (41, 73), (51, 50), (61, 45), (71, 40), (81, 35), (91, 30), (100, 25))

DATA_BYTES = {"Q": 1, "R": 1, "@": 3, "E": 1, "F": 1, "N": 1, "\\": 1, "I": 1, "b": 1, "^": 1, "_": 1}
DATA_BYTES.update({"B": 4, "D": PULSE_DIGITS, "[": DURATION_DIGITS})
if NEW:
    DATA_BYTES.update({"x": 1, "o": 1, "n": 4 if MAJOR < 10 else 5})
FREE = "QRF\\"
SETTERS = "BD[^_"


def checksum(body):
    return ~sum(body) & 0xFF


def joules(power):
    return 0.0252 * power * power


class Device:
    def __init__(self):
        self.state, self.remote, self.single, self.enhanced = "standby", False, True, False
        self.power, self.frequency, self.pulses, self.duration = 30, 0, 0, 0
        self.ready_at = self.train_end = self.wait_end = self.next_pulse = self.energy_wait_end = 0.0
        self.pulses_left = self.fired = self.charge_delay = 0
        self.heard_at = self.used_at = time.monotonic()
        self.answered = set()

    def note(self, **line):
        LOG.write(json.dumps(line) + "\n")

    def against(self, why):
        self.note(t=time.monotonic(), against=why)

    def live(self, now):
        """All that happens by itself."""
        while self.state == "train" and self.pulses_left > 0 and now >= self.next_pulse:
            self.discharge(self.next_pulse)
            self.pulses_left -= 1
            self.next_pulse += 10 / self.frequency
        if self.state == "train" and now >= self.train_end:
            self.state, self.wait_end = "wait", self.train_end + 0.5
        if self.state == "wait" and now >= self.wait_end:
            self.state, self.ready_at = "armed", self.wait_end
        if self.state == "armed" and now >= self.ready_at:
            self.state = "ready"
        if self.state != "standby" and now - self.heard_at > 1.0:
            self.against("silent for a second while armed")
            self.state, self.remote = "standby", False
        if self.state != "standby" and now - self.used_at > 60:
            self.state = "standby"
        if self.remote and now - self.heard_at > 10:
            self.against("silent for ten seconds")
            self.remote = False

    def discharge(self, at):
        self.fired += 1
        self.used_at = at
        self.note(t=at, pulse=self.fired, power=self.power)

    def instrument(self):
        word = {"standby": 0x01, "ready": 0x04}.get(self.state, 0x02)
        return word | 0x08 | (0x80 if self.remote else 0)

    def rapid(self):
        bits = {"train": 0x02, "wait": 0x04}.get(self.state, 0)
        return 0x30 | bits | (0x08 if self.single else 0) | (0x01 if self.enhanced else 0)

    def settings(self):
        figures = ((self.power, 3), (self.frequency, 4), (self.pulses, PULSE_DIGITS))
        figures += ((self.duration, DURATION_DIGITS), (1, WAIT_DIGITS))
        return "".join(str(value).zfill(digits) for value, digits in figures).encode()

    def max_hz(self, power):
        return [hz for least, hz in MAX_HZ if power >= least][-1]

    # Each of these returns what comes behind the status byte, or "?" or "S".

    def energize(self, letter, now):
        if letter == "A":
            self.state = "standby"
            return b""
        if letter == "B":
            if self.state != "standby":
                self.against("arming when not in standby")
                return "S"
            if "\\" not in self.answered:
                self.against("arming without reading the settings back")
                return "S"
            if not self.single and not self.train_is_right():
                return "S"
            self.state, self.ready_at, self.used_at = "armed", max(now + 1, self.ready_at), now
            return b""
        if letter == "H":
            return self.fire(now)
        self.against("E without A, B or H")
        return "?"

    def train_is_right(self):
        if self.pulses * 100 != self.frequency * self.duration:
            self.against(f"{self.pulses} pulses are not {self.frequency} x {self.duration} hundredths")
            return False
        if self.frequency > 10 * self.max_hz(self.power):
            self.against("frequency above what the supply can refill")
            return False
        on_time = 63000 / (self.frequency / 10 * joules(self.power))
        if min(self.duration / 10, 60) > on_time:
            self.against("train above the energy of a minute")
            return False
        return True

    def fire(self, now):
        if self.state != "ready":
            self.against(f"fire while {self.state}")
            return "S"
        if self.single:
            self.discharge(now)
            self.state, self.ready_at = "armed", now + 1
            return b""
        if now < self.energy_wait_end:
            self.against("train before the least wait of the energy rule")
            return "S"
        if not self.train_is_right():
            return "S"
        frequency = self.frequency / 10
        self.state, self.next_pulse, self.pulses_left = "train", now, self.pulses
        self.train_end = now + self.duration / 10
        wait = self.pulses * (frequency * joules(self.power) - 1050) / (1050 * frequency)
        self.energy_wait_end = self.train_end + max(0.5, wait)
        self.live(now)
        return b""

    def set(self, command, data, now):
        if self.state != "standby":
            self.against(f"{command} while {self.state}")
            return "S"
        if command in "^_":
            if command == "^" and not self.single:
                return "S"
            self.enhanced = command == "^"
            self.power = self.power if self.enhanced else min(self.power, 100)
            return bytes([self.rapid()])
        if not data.isdigit():
            return "?"
        value = int(data)
        if command == "[":
            if value > MAX_TENTHS or (NEW and value > 300 and value % 10):
                return "?"
            self.single, self.duration = value == 0, value
        elif self.single:
            self.against(f"{command} in single-pulse mode")
            return "S"
        elif command == "B":
            if not 1 <= value <= 10 * self.max_hz(self.power) or (NEW and value > 300 and value % 10):
                return "?"
            self.frequency = value
        else:
            if not 1 <= value <= MAX_PULSES:
                return "?"
            self.pulses = value
        return bytes([self.rapid()])

    def set_power(self, data, now):
        if not data.isdigit() or int(data) > (110 if self.enhanced else 100):
            return "?"
        if self.state in ("train", "wait"):
            self.against(f"power while {self.state}")
            return "S"
        change = int(data) - self.power
        self.power = int(data)
        self.ready_at = max(self.ready_at, now + (change * 0.01 if change > 0 else -change * 0.1))
        self.state = "armed" if self.state == "ready" else self.state
        return b""

    def carry_out(self, command, data, now):
        if command == "@":
            return self.set_power(data, now)
        if command == "E":
            return self.energize(data, now)
        if command in SETTERS:
            return self.set(command, data, now)
        if command == "F":
            return b"251249"
        if command == "I":
            return b"000"
        if command == "\\":
            return bytes([self.rapid()]) + self.settings()
        if command in "xno":
            return self.extended(command, data)
        return b""

    def extended(self, command, data):
        if command == "o":
            return str(self.charge_delay).zfill(DATA_BYTES["n"]).encode()
        if command == "n":
            if not data.isdigit() or int(data) > (2000 if MAJOR < 10 else 10000):
                return "?"
            self.charge_delay = int(data)
        high_low = b"" if command == "n" and MAJOR < 10 else bytes([0, 0x04 if self.charge_delay else 0])
        return bytes([self.rapid()]) + high_low

    def answer(self, frame):
        now = time.monotonic()
        self.live(now)
        command, data = chr(frame[0]), frame[1:-1].decode("latin1")
        if frame[-1] != checksum(frame[:-1]):
            self.against("wrong checksum")
            return self.sealed(command, "?")
        if DATA_BYTES[command] == 1 and command not in "QEN" and data != "@":
            self.against("another padding byte than @")
        if command == "Q":
            if data != (CODE or "@"):
                return None
            self.remote = True
        elif command == "R":
            self.state, self.remote = "standby", False
        elif not self.remote and command not in FREE and (command, data) != ("E", "A"):
            self.against("needs control")
            return None if NEW else self.sealed(command, "S")
        if command == "N":
            self.answered.add(command)
            return self.sealed(command, f"V{MAJOR}.0\0".encode())
        before = self.instrument()
        payload = self.carry_out(command, data, now)
        if isinstance(payload, str):
            return self.sealed(command, payload)
        self.heard_at = now
        self.answered.add(command)
        return self.sealed(command, bytes([self.instrument() if command in "QR" else before]) + payload)

    def sealed(self, command, rest):
        body = command.encode() + (rest if isinstance(rest, bytes) else rest.encode())
        return body + bytes([checksum(body)])


def length_of(buffer):
    data = DATA_BYTES[chr(buffer[0])]
    if buffer[:1] == b"Q" and CODE is not None:
        return None if len(buffer) < 2 else 3 if buffer[1:2] == b"@" else len(CODE) + 2
    return data + 2


def shown(frame):
    return "Q and the code" if CODE is not None and CODE.encode() in frame else frame.hex()


def serve():
    device, buffer = Device(), b""
    stop_read, stop_write = os.pipe()
    signal.signal(signal.SIGTERM, lambda *_: os.write(stop_write, b"x"))
    master, slave = os.openpty()
    tty.setraw(slave)
    print(f"ready {os.ttyname(slave)}", flush=True)
    looked_at = time.monotonic()
    while True:
        readable, _, _ = select.select([master, stop_read], [], [], 0.002)
        stalled = time.monotonic() - looked_at > 0.1
        looked_at = time.monotonic()
        device.live(time.monotonic())
        if stop_read in readable:
            break
        if master not in readable:
            continue
        buffer += os.read(master, 256)
        while buffer:
            if chr(buffer[0]) not in DATA_BYTES:
                device.against(f"unknown command {buffer.hex()}")
                os.write(master, b"?")
                buffer = b""
                break
            length = length_of(buffer)
            if length is None or len(buffer) < length:
                break
            frame, buffer = buffer[:length], buffer[length:]
            # After a stall of this process the host may have given the answer up and asked again.
            if buffer and frame[:1] != b"E" and not stalled:
                device.against(f"the next question before the answer: {buffer.hex()}")
            reply = device.answer(frame)
            device.note(t=time.monotonic(), host=shown(frame), device=None if reply is None else reply.hex())
            if reply is not None:
                os.write(master, reply)
    device.note(end={"state": device.state, "remote": device.remote, "fired": device.fired})


serve()
