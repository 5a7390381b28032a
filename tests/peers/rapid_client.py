"""A second opinion on the simulated Rapid: a whole session, conducted by a client of its own.

Written from the published wire facts (nicolasmcnair/magpy, nigelrogasch/MAGIC, cboulay/magstim_python)
and sharing no code and no table with the simulator. Standard library only.

    rapid_client.py PORT MAJOR plain|plus [UNLOCK_CODE]

Prints one JSON line: what was not as it should be (empty: nothing), and between which instants of
CLOCK_MONOTONIC (s) pulses can have left.
"""

import json
import os
import re
import select
import sys
import termios
import time
import tty

PORT = sys.argv[1]
MAJOR = int(sys.argv[2])
PLUS_MODULE = 1 if sys.argv[3] == "plus" else 0
CODE = sys.argv[4] if len(sys.argv) > 4 else None
NEW = MAJOR >= 9
PULSE_DIGITS, DURATION_DIGITS = (5, 4) if NEW else (4, 3)
WAIT_DIGITS = 3 if MAJOR < 7 else 4

# Bytes of a good answer, checksum included.
LENGTH = {"Q": 3, "R": 3, "@": 3, "E": 3, "b": 3, "F": 9, "I": 6, "^": 4, "_": 4, "B": 4, "D": 4, "[": 4}
LENGTH["\\"] = 21 if MAJOR < 7 else 22 if MAJOR < 9 else 24
if NEW:
    LENGTH.update({"x": 6, "n": 4 if MAJOR < 10 else 6, "o": 7 if MAJOR < 10 else 8})

STANDBY, ARMED, READY, COIL, REMOTE = 0x01, 0x02, 0x04, 0x08, 0x80
TRAIN, WAIT, SINGLE = 0x02, 0x04, 0x08

problems = []
fired = []


def expect(what, got, wanted):
    if got != wanted:
        problems.append(f"{what}: got {got!r}, expected {wanted!r}")


def hold(what, is_so, got=""):
    if not is_so:
        problems.append(f"{what}: {got}")


def checksum(body):
    return ~sum(body) & 0xFF


def open_port(path):
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    tty.setraw(fd)
    attributes = termios.tcgetattr(fd)
    attributes[4] = attributes[5] = termios.B9600
    termios.tcsetattr(fd, termios.TCSANOW, attributes)
    return fd


fd = open_port(PORT)


def read_byte(until):
    """None when nothing comes in time."""
    left = until - time.monotonic()
    if left <= 0 or not select.select([fd], [], [], left)[0]:
        return None
    return os.read(fd, 1)


def read_answer(command, timeout_s):
    """`?`, a tail of `?` or `S`, or the answer; None for silence. Follows the steps of every client."""
    until = time.monotonic() + timeout_s
    first = read_byte(until)
    if first is None:
        return None
    if first == b"?":
        return "?"
    answer = first
    if first == b"N":
        while answer[-1] != 0 and answer[-1:] not in (b"?", b"S"):
            answer += read_byte(until) or b"\0"
        answer += read_byte(until) or b""
    else:
        answer += read_byte(until) or b""
        length = 3 if answer[1:] in (b"?", b"S") else LENGTH[command]
        while len(answer) < length:
            byte = read_byte(until)
            if byte is None:
                problems.append(f"{command}: cut answer {answer.hex()}")
                return None
            answer += byte
    hold(f"{command}: checksum of {answer.hex()}", answer[-1] == checksum(answer[:-1]))
    expect(f"{command}: echoed command", chr(answer[0]), command)
    if len(answer) == 3 and answer[1:2] in (b"?", b"S"):
        return answer[1:2].decode()
    return answer


def say(text, timeout_s=0.5, bad_checksum=False):
    body = text.encode("latin1")
    while select.select([fd], [], [], 0)[0]:
        problems.append(f"before {text}: stray bytes {os.read(fd, 64).hex()}")
    end = checksum(body) ^ (0x55 if bad_checksum else 0)
    os.write(fd, body + bytes([end]))
    return read_answer(text[0], timeout_s)


def status(text):
    """The status byte of the answer to a command that must succeed."""
    answer = say(text)
    if not isinstance(answer, bytes):
        problems.append(f"{text}: refused or silent ({answer!r})")
        return 0
    return answer[1]


def parameters():
    answer = say("\\@")
    if not isinstance(answer, bytes):
        problems.append(f"\\@: {answer!r}")
        sys.exit(finish())
    digits = answer[3:-1].decode()
    hold("parameters are digits", digits.isdigit(), digits)
    values = []
    for width in (3, 4, PULSE_DIGITS, DURATION_DIGITS, WAIT_DIGITS):
        values.append(int(digits[:width]))
        digits = digits[width:]
    instrument = answer[1]
    hold("one of standby, armed, ready", instrument & 7 in (STANDBY, ARMED, READY), hex(instrument))
    return instrument, answer[2], values


def until_ready(limit_s):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        instrument, rapid, _ = parameters()
        if instrument & READY:
            return time.monotonic()
        time.sleep(0.02)
    problems.append("never ready")
    return time.monotonic()


def fire(pulses, power):
    before = time.monotonic()
    hold("EH is answered with the status from before it", status("EH") & READY)
    fired.append({"from": before, "to": time.monotonic(), "pulses": pulses, "power": power})


def refused(text, wanted):
    expect(f"{text} is refused", say(text), wanted)


def number(value, digits):
    return str(value).zfill(digits)


def before_control():
    instrument, rapid, values = parameters()
    expect("status at power-on", instrument, STANDBY | COIL)
    expect("rapid status at power-on", rapid, 0x38)
    expect("settings at power-on", values, [30, 0, 0, 0, 1])
    temperatures = say("F@")
    hold("temperatures", isinstance(temperatures, bytes) and temperatures[2:-1].isdigit(), temperatures)
    expect("disarming needs no control", status("EA"), STANDBY | COIL)
    lacks_control = None if NEW else "S"
    expect("power without control", say("@050", 0.2), lacks_control)
    expect("arming without control", say("EB", 0.2), lacks_control)
    if CODE:
        expect("Q without the code", say("Q@", 0.2), None)
        expect("Q with another code", say("Q" + CODE[:-1] + ("0" if CODE[-1] != "0" else "1"), 0.2), None)
    expect("control", status("Q" + (CODE or "@")), STANDBY | COIL | REMOTE)


def identity():
    text = say("ND")
    found = re.findall(r"\d+", text[1:-2].decode()) if isinstance(text, bytes) else []
    hold("version", found[:1] == [str(MAJOR)], text)
    hold("error code", isinstance(say("I@"), bytes))
    expect("coil switch", status("b@"), STANDBY | COIL | REMOTE)
    if NEW:
        system = say("x@")
        hold("system status", isinstance(system, bytes) and system[3:5] == bytes([0, PLUS_MODULE]), system)
        digits = 4 if MAJOR < 10 else 5
        hold("charge delay is set", isinstance(say("n" + number(40, digits)), bytes))
        expect("charge delay", say("o@")[2:-1], number(40, digits).encode())
        hold("charge delay is cleared", isinstance(say("n" + number(0, digits)), bytes))


def bad_frames():
    expect("wrong checksum", say("@077", bad_checksum=True), "?")
    expect("nothing was executed", parameters()[2][0], 30)
    for text, wanted in (("J@", "?"), ("@111", "?"), ("@101", "?"), ("@0x0", "?"), ("E!", "?")):
        refused(text, wanted)
    if not NEW:
        refused("x@", "?")
    refused("B0100", "S")
    refused("D" + number(5, PULSE_DIGITS), "S")
    refused("EH", "S")


def single_pulses():
    status("@050")
    expect("read-back", parameters()[2][0], 50)
    armed_at = time.monotonic()
    expect("EB shows the status from before it", status("EB"), STANDBY | COIL | REMOTE)
    expect("armed", parameters()[0], ARMED | COIL | REMOTE)
    refused("EB", "S")
    refused("EH", "S")
    hold("ready not before 1 s", until_ready(3) - armed_at >= 1.0)
    expect("Q changes nothing", status("Q" + (CODE or "@")), READY | COIL | REMOTE)
    refused("[" + number(10, DURATION_DIGITS), "S")
    refused("^@", "S")
    fire(1, 50)
    fired_at = fired[-1]["from"]
    expect("armed after a pulse", parameters()[0], ARMED | COIL | REMOTE)
    refused("EH", "S")
    hold("ready not before the refire time", until_ready(3) - fired_at >= 1.0)
    fire(1, 50)
    status("EA")
    expect("standby after EA", parameters()[0], STANDBY | COIL | REMOTE)


def train():
    hold("rTMS mode", not say("[" + number(10, DURATION_DIGITS))[2] & SINGLE)
    status("@060")
    status("B0100")
    status("[" + number(5, DURATION_DIGITS))
    status("D" + number(5, PULSE_DIGITS))
    expect("train", parameters()[2][:4], [60, 100, 5, 5])
    for text in ("B0000", "B9990", "D" + "0" * PULSE_DIGITS, "D" + "9" * PULSE_DIGITS, "[" + "9" * DURATION_DIGITS):
        refused(text, "?")
    expect("train is unchanged", parameters()[2][:4], [60, 100, 5, 5])
    refused("^@", "S")
    status("EB")
    until_ready(3)
    fire(5, 60)
    began = fired[-1]["from"]
    instrument, rapid, _ = parameters()
    expect("while a train runs", (instrument & 7, rapid & (TRAIN | WAIT | SINGLE)), (ARMED, TRAIN))
    for text in ("B0100", "D" + number(5, PULSE_DIGITS), "[" + number(5, DURATION_DIGITS), "EH"):
        refused(text, "S")
    while parameters()[1] & TRAIN and time.monotonic() - began < 3:
        time.sleep(0.02)
    fired[-1]["to"] = time.monotonic()
    hold("duration of the train", fired[-1]["to"] - began >= 0.5)
    instrument, rapid, _ = parameters()
    expect("wait after the train", (instrument & 7, rapid & (TRAIN | WAIT)), (ARMED, WAIT))
    refused("B0100", "S")
    hold("wait of at least 0.5 s", until_ready(3) - began >= 1.0)


def silence():
    """Armed and silent: after one second the unit disarms and takes control back."""
    time.sleep(1.3)
    expect("after a silence while ready", parameters()[0], STANDBY | COIL)
    expect("no control any more", say("ND", 0.2), None if NEW else "S")


def leave():
    expect("control again", status("Q" + (CODE or "@")), STANDBY | COIL | REMOTE)
    hold("single-pulse mode", say("[" + "0" * DURATION_DIGITS)[2] & SINGLE)
    hold("enhanced power", say("^@")[2] & 1)
    status("@110")
    expect("110 % with enhanced power", parameters()[2][0], 110)
    hold("enhanced power off", not say("_@")[2] & 1)
    expect("100 % without it", parameters()[2][0], 100)
    expect("giving up control", status("R@"), STANDBY | COIL)


def finish():
    print(json.dumps({"problems": problems, "fired": fired}))
    return 0 if not problems else 1


for part in (before_control, identity, bad_frames, single_pulses, train, silence, leave):
    part()
sys.exit(finish())
