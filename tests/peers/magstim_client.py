"""A second opinion on the simulated 200² and BiStim²: a whole session, conducted by a client of its own.

Written from the published wire facts (nicolasmcnair/magpy, cboulay/magstim_python) and sharing no code
and no table with the simulator. Standard library only.

    magstim_client.py PORT 200|bistim

Prints one JSON line: what was not as it should be (empty: nothing), and between which instants of
CLOCK_MONOTONIC (s) pulses can have left, with the settings they had.
"""

import json
import os
import select
import sys
import termios
import time
import tty

PORT = sys.argv[1]
PAIRED = sys.argv[2] == "bistim"

# Bytes of a good answer, checksum included.
LENGTH = {"Q": 3, "R": 3, "@": 3, "E": 3, "F": 9, "J": 12}
if PAIRED:
    LENGTH.update({"A": 3, "C": 3, "Y": 3, "Z": 3, "X": 4})

STANDBY, ARMED, READY, COIL, REMOTE = 0x01, 0x02, 0x04, 0x08, 0x80
IDLE = STANDBY | COIL
HELD = IDLE | REMOTE

problems = []
fired = []


def expect(what, got, wanted):
    if got != wanted:
        problems.append(f"{what}: got {got!r}, expected {wanted!r}")


def hold(what, is_so, got=""):
    if not is_so:
        problems.append(f"{what}: {got}")


def open_port(path):
    handle = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    tty.setraw(handle)
    attributes = termios.tcgetattr(handle)
    attributes[4] = attributes[5] = termios.B9600
    termios.tcsetattr(handle, termios.TCSANOW, attributes)
    return handle


port = open_port(PORT)


def read_bytes(count, until):
    """As many as come in time."""
    got = b""
    while len(got) < count:
        left = until - time.monotonic()
        if left <= 0 or not select.select([port], [], [], left)[0]:
            break
        got += os.read(port, count - len(got))
    return got


def say(text, timeout_s=0.5, spoil=0):
    """`?` or `S` for a refusal, the whole answer when it is good, None for silence."""
    while select.select([port], [], [], 0)[0]:
        problems.append(f"before {text}: stray bytes {os.read(port, 64).hex()}")
    body = text.encode("latin1")
    os.write(port, body + bytes([(255 - sum(body) % 256) ^ spoil]))
    until = time.monotonic() + timeout_s
    answer = read_bytes(1, until)
    if not answer:
        return None
    if answer == b"?":
        return "?"
    answer += read_bytes(1, until)
    length = 3 if answer[1:] in (b"?", b"S") else LENGTH[text[0]]
    answer += read_bytes(length - 2, until)
    if len(answer) < length:
        problems.append(f"{text}: cut answer {answer.hex()}")
        return None
    hold(f"{text}: checksum of {answer.hex()}", (sum(answer[:-1]) + answer[-1]) % 256 == 255)
    expect(f"{text}: echoed command", chr(answer[0]), text[0])
    return answer[1:2].decode() if answer[1:2] in (b"?", b"S") else answer


def status(text):
    """The status byte of the answer to a command that must succeed."""
    answer = say(text)
    if not isinstance(answer, bytes):
        problems.append(f"{text}: refused or silent ({answer!r})")
        return 0
    return answer[1]


def parameters():
    answer = say("J@")
    if not isinstance(answer, bytes):
        problems.append(f"J@: {answer!r}")
        sys.exit(finish())
    digits = answer[2:-1].decode()
    hold("parameters are digits", digits.isdigit(), digits)
    hold("one of standby, armed, ready", answer[1] & 7 in (STANDBY, ARMED, READY), hex(answer[1]))
    return answer[1], [int(digits[at : at + 3]) for at in (0, 3, 6)]


def refused(text, wanted):
    expect(f"{text} is refused", say(text), wanted)


def until_ready(limit_s):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if parameters()[0] & READY:
            return time.monotonic()
        time.sleep(0.02)
    problems.append("never ready")
    return time.monotonic()


def fire(powers, isi_ms=None):
    before = time.monotonic()
    hold("EH is answered with the status from before it", status("EH") & READY)
    fired.append({"from": before, "to": time.monotonic(), "powers": powers, "isiMs": isi_ms})
    expect("armed after a pulse", parameters()[0], ARMED | COIL | REMOTE)
    refused("EH", "S")
    return before


def fire_again_after(what, wait_s, first_at, powers, isi_ms=None):
    ready_at = until_ready(wait_s + 2)
    hold(f"{what}: no sooner than {wait_s} s", ready_at - first_at >= wait_s, ready_at - first_at)
    hold(f"{what}: not much later", ready_at - first_at < wait_s + 0.5, ready_at - first_at)
    return fire(powers, isi_ms)


def arm():
    armed_at = time.monotonic()
    expect("EB shows the status from before it", status("EB"), HELD)
    expect("armed", parameters()[0], ARMED | COIL | REMOTE)
    refused("EB", "S")
    refused("EH", "S")
    hold("ready not before 1 s", until_ready(3) - armed_at >= 1.0)
    expect("Q changes nothing", status("Q@"), READY | COIL | REMOTE)


def disarm():
    hold("EA is taken", status("EA"))
    expect("standby after EA", parameters()[0], HELD)


def ramp(seconds):
    """Keeps control while the capacitor goes to its new setting."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        status("Q@")
        time.sleep(0.1)


def before_control():
    state, shown = parameters()
    expect("status at power-on", state, IDLE)
    expect("settings at power-on", shown, [30, 30, 10] if PAIRED else [30, 0, 0])
    temperatures = say("F@")
    hold("temperatures", isinstance(temperatures, bytes) and temperatures[2:-1].isdigit(), temperatures)
    expect("disarming needs no control", status("EA"), IDLE)
    for text in ("@050", "EB", "EH") + (("A050", "C010", "Y@", "Z@") if PAIRED else ()):
        refused(text, "S")
    if PAIRED:
        expect("system mode", say("X@")[2:3], b"2")
    expect("control", status("Q@"), HELD)


def bad_frames():
    expect("wrong checksum", say("@077", spoil=0x55), "?")
    expect("nothing was executed", parameters()[1][0], 30)
    for text in ("\\@", "@101", "@0x0", "E!") + (("A101", "C0x0") if PAIRED else ("A050", "C010", "Y@")):
        refused(text, "?")
    refused("EH", "S")


def single_pulses():
    """The 200²: one power, refire time by power."""
    status("@045")
    expect("read-back at once", parameters()[1], [45, 0, 0])
    arm()
    first = fire([45])
    fire_again_after("45 %", 2, first, [45])
    until_ready(4)
    status("@055")
    hold("not ready while the capacitor is on its way", not parameters()[0] & READY)
    until_ready(4)
    first = fire([55])
    fire_again_after("55 %", 3, first, [55])
    disarm()


def pairs():
    """The BiStim²: low resolution, high resolution, both at once."""
    status("@055")
    status("A040")
    status("C003")
    expect("read-back", parameters()[1], [55, 40, 3])
    ramp(0.3)
    arm()
    for text in ("Y@", "Z@", "C000"):
        refused(text, "S")
    first = fire([55, 40], 3)
    fire_again_after("pair", 4, first, [55, 40], 3)
    disarm()
    status("Y@")
    expect("high resolution begins with 1 ms", parameters()[1][2], 10)
    expect("system mode", say("X@")[2:3], b"4")
    status("C025")
    arm_after_pair()
    fire([55, 40], 2.5)
    disarm()
    status("Z@")
    expect("low resolution begins with 10 ms", parameters()[1][2], 10)
    status("C000")
    expect("system mode", say("X@")[2:3], b"1")
    arm_after_pair()
    first = fire([55, 40], 0)
    fire_again_after("both at once", 3, first, [55, 40], 0)
    disarm()


def arm_after_pair():
    hold("EB", status("EB"))
    until_ready(6)


def silence():
    """Armed and silent: after one second the unit disarms and takes control back."""
    hold("EB", status("EB"))
    until_ready(6)
    time.sleep(1.3)
    expect("after a silence while ready", parameters()[0], IDLE)
    refused("@050", "S")


def leave():
    expect("control again", status("Q@"), HELD)
    expect("giving up control", status("R@"), IDLE)


def finish():
    print(json.dumps({"problems": problems, "fired": fired}))
    return 0 if not problems else 1


for part in (before_control, bad_frames, pairs if PAIRED else single_pulses, silence, leave):
    part()
sys.exit(finish())
