"""A second opinion on the simulated MagPro: a whole session, conducted by a client of its own.

Written from the published wire facts (xiangruili/MagventurePyTMS, nigelrogasch/MAGIC, L2K2/TMSEMG_toolbox,
NeuroSimo/neurosimo) and sharing no code and no table with the simulator. Standard library only.

    magpro_client.py PORT

Prints one JSON line: what was not as it should be (empty: nothing), and between which instants of
CLOCK_MONOTONIC (s) which outputs can have left the coil, in order.
"""

import json
import os
import select
import sys
import termios
import time
import tty

STANDARD, POWER, TWIN, DUAL = range(4)
MONOPHASIC, BIPHASIC, HALFSINE, BURST = range(4)
MODEL_X100_OPTION = 3
MAIN, TIMING, PROTOCOL = 1, 2, 7

problems = []
fired = []


def expect(what, got, wanted):
    if got != wanted:
        problems.append(f"{what}: got {got!r}, expected {wanted!r}")


def hold(what, is_so, got=""):
    if not is_so:
        problems.append(f"{what}: {got}")


def crc(body):
    """Dallas/Maxim, bit by bit on the serial register: x8 + x5 + x4 + 1, lowest bit first."""
    register = 0
    for byte in body:
        for bit in range(8):
            feedback = (register ^ (byte >> bit)) & 1
            register >>= 1
            if feedback:
                register ^= 0x8C
    return register


def frame(*body):
    return bytes([0xFE, len(body), *body, crc(body), 0xFF])


expect("check value", frame(1, 0x32, 0).hex(), "fe0301320017ff")
expect("captured from an R30", frame(2, 0, 0, 0x1C).hex(), "fe040200001c39ff")


def word(value):
    return [(value >> 8) & 0xFF, value & 0xFF]


def burst_intervals():
    return (
        [100 - i for i in range(81)]
        + [20 - (i - 80) * 0.5 for i in range(81, 101)]
        + [round(10 - (i - 100) * 0.1, 1) for i in range(101, 196)]
    )


def pair_intervals():
    return (
        [3000 - i * 100 for i in range(21)]
        + [1000 - (i - 20) * 50 for i in range(21, 31)]
        + [500 - (i - 30) * 10 for i in range(31, 71)]
        + [100 - (i - 70) for i in range(71, 151)]
        + [20 - (i - 150) * 0.5 for i in range(151, 171)]
        + [round(10 - (i - 170) * 0.1, 1) for i in range(171, 261)]
    )


class Message:
    def __init__(self, body, at):
        self.id, self.body, self.at = body[0], body, at
        place = {0: 1, 5: 1, 1: 3, 2: 3, 3: 3, 6: 3, 7: 3, 8: 3}.get(self.id)
        flags = body[place] if place else 0
        self.mode, self.waveform = flags & 3, (flags >> 2) & 3
        self.enabled, self.model = bool(flags & 0x10), flags >> 5
        if place:
            expect(f"model in {body.hex()}", self.model, MODEL_X100_OPTION)


fd = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
tty.setraw(fd)
attributes = termios.tcgetattr(fd)
attributes[4] = attributes[5] = termios.B38400
termios.tcsetattr(fd, termios.TCSANOW, attributes)
pending = b""
arrived = []


def listen(seconds):
    """Takes in what comes for so long, or until something has come."""
    global pending
    if not select.select([fd], [], [], max(0, seconds))[0]:
        return
    pending += os.read(fd, 4096)
    while len(pending) >= 2:
        if pending[0] != 0xFE or not 1 <= pending[1] <= 64:
            problems.append(f"byte out of frame: {pending[:1].hex()}")
            pending = pending[1:]
            continue
        whole = pending[1] + 4
        if len(pending) < whole:
            return
        body, end = pending[2 : whole - 2], pending[whole - 2 : whole]
        hold(f"frame {pending[:whole].hex()}", end == bytes([crc(body), 0xFF]))
        arrived.append(Message(body, time.monotonic()))
        pending = pending[whole:]


def wait_for(wanted, seconds, what):
    """The first message that is wanted; everything until then stays in `arrived`."""
    seen = 0
    until = time.monotonic() + seconds
    while True:
        for message in arrived[seen:]:
            if wanted(message):
                return message
        seen = len(arrived)
        if time.monotonic() >= until:
            problems.append(f"{what}: nothing within {seconds} s")
            print(json.dumps({"problems": problems, "fired": fired}))
            sys.exit(1)
        listen(until - time.monotonic())


def quiet(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        listen(until - time.monotonic())


def taken():
    messages = arrived[:]
    arrived.clear()
    return messages


def send(*body):
    os.write(fd, frame(*body))


def ask(*body):
    """The message that answers, matched by its number."""
    number = 8 if body[0] == 7 else body[0]
    taken()
    asked = time.monotonic()
    send(*body)
    answer = wait_for(lambda message: message.id == number, 1, f"answer to {bytes(body).hex()}")
    hold(f"delay of the answer to {body[0]}", answer.at - asked >= 0.02, answer.at - asked)
    return answer


def none_for(seconds, what):
    taken()
    quiet(seconds)
    expect(what, [message.body.hex() for message in taken()], [])


def status():
    message = ask(5)
    body = message.body
    expect("length of message 5", len(body), 15)
    names = ("temperature", "coil", "a", "b", "originalA", "originalB", "factorA", "factorB", "page", "running")
    return dict(zip(names, body[5:15]), enabled=message.enabled, mode=message.mode, waveform=message.waveform)


def stimuli():
    body = ask(12, 0).body
    hold("length of message 12", len(body) >= 14, len(body))
    return body[9] * 256 + body[10]


def amplitude(a, b=0):
    expect(f"amplitude {a}/{b}", ask(1, a, b).body[1:3], bytes([a, b]))


def enable():
    taken()
    send(2, 1)
    wait_for(lambda message: message.id == 1 and message.enabled, 1, "enabling")
    quiet(0.1)
    expect("messages on enabling", [message.id for message in taken()], [1, 3, 1])


def disable():
    taken()
    send(2, 0)
    wait_for(lambda message: message.id == 1 and not message.enabled, 1, "disabling")


def settings(mode=STANDARD, waveform=BIPHASIC, burst=2, ipi_ms=10, ratio=1.0):
    body = [9, 1, MODEL_X100_OPTION, mode, 0, waveform, 5 - burst]
    send(*body, *word(round(ipi_ms * 10)), *word(round(ratio * 100)))
    shown = ask(9, 0).body
    expect("settings", list(shown[3:7]), [mode, 0, waveform, 5 - burst])
    index = shown[7] + 256 * shown[8]
    if waveform == BURST:
        expect("interval of a burst", burst_intervals()[index], ipi_ms)
    elif mode in (TWIN, DUAL):
        expect("interval of a pair", pair_intervals()[index], ipi_ms)
    if mode == TWIN:
        expect("ratio", round(5 - shown[9] * 0.05, 2), ratio)


def page(number):
    message = ask(7, number)
    expect("page", message.body[1], number)


def train(hz, pulses, trains, iti_s):
    parts = [*word(round(hz * 10)), *word(pulses), *word(trains), *word(round(iti_s * 10)), 0]
    send(11, 1, 0, *parts)
    expect("train", list(ask(11, 0).body[2:12]), [0, *parts])


def fire(outputs, reports):
    """One start: a pulse, pair or burst. `reports`: which of di/dt A and B each report has above 0."""
    taken()
    before = time.monotonic()
    send(3)
    told = []

    def is_last(message):
        if message.id == 2:
            told.append(message)
        return len(told) == len(reports)

    wait_for(is_last, 1, "report")
    quiet(0.12)
    messages = [message for message in taken() if message.id == 2]
    expect("reports", [[bool(m.body[1]), bool(m.body[2])] for m in messages], reports)
    fired.append({"from": before, "to": time.monotonic(), "outputs": outputs})
    return [list(m.body[1:3]) for m in messages]


def run(outputs_of):
    """Starts what the page has, hears it to its end; `outputs_of(factor)`: what each report stands for."""
    taken()
    before = time.monotonic()
    factor = status()["factorA"]
    taken()
    send(4)
    wait_for(lambda message: message.id == 8 and message.body[2] == 1, 1, "start")
    wait_for(lambda message: message.id == 8 and message.body[2] == 0, 20, "end")
    after = time.monotonic()
    outputs, instants = [], []
    for message in taken():
        if message.id == 7:
            factor = message.body[1]
        elif message.id == 2:
            outputs += outputs_of(factor)
            instants.append(message.at)
    fired.append({"from": before, "to": after, "outputs": outputs})
    return instants


def discovery():
    os.write(fd, bytes.fromhex("fe010000ff"))
    first = wait_for(lambda message: message.id == 0, 1, "probe")
    expect("length of message 0", len(first.body), 9)
    expect("as it comes up", (first.enabled, first.mode, first.waveform, first.body[7:9]), (False, STANDARD, BIPHASIC, b"\0\0"))
    taken()
    os.write(fd, b"".join(frame(*body) for body in ([5], [9, 0], [10, 0], [11, 0], [12, 0])))
    wait_for(lambda message: message.id == 12, 1, "five queries at once")
    expect("order of five answers", [message.id for message in taken()], [5, 9, 10, 11, 12])
    expect("padded query", ask(9, *[0] * 10).id, 9)


def bad_frames():
    good = frame(1, 77, 0)
    for bad in (good[:-2] + bytes([good[-2] ^ 1, 0xFF]), good[:-1] + b"\0", frame(13), frame(1, 2, 3, 4), b"\xfe\x02"):
        os.write(fd, bad)
    none_for(0.25, "answer to bad frames")
    expect("nothing was set", status()["a"], 0)
    for byte in frame(1, 30, 0):
        os.write(fd, bytes([byte]))
        time.sleep(0.005)
    wait_for(lambda message: message.id == 1, 1, "frame in single bytes")
    os.write(fd, b"\xfe\x03" + b"\xff" + frame(5))
    wait_for(lambda message: message.id == 5, 1, "frame behind junk")


def single_pulses():
    amplitude(40)
    send(3)
    none_for(0.2, "fired while disabled")
    enable()
    low = fire([[40]], [[True, False]])
    amplitude(80)
    high = fire([[80]], [[True, False]])
    hold("di/dt grows with the amplitude", high[0][0] > low[0][0], (low, high))
    expect("one-byte amplitude", ask(1, 50).body[1], 50)
    disable()
    send(3)
    none_for(0.2, "fired after disabling")
    expect("counted", stimuli(), 2)


def pairs():
    settings(mode=DUAL, ipi_ms=3)
    amplitude(40, 55)
    enable()
    (short,) = fire([[40, 55]], [[True, True]])
    hold("B is stronger", short[1] > short[0], short)
    settings(mode=DUAL, ipi_ms=100)
    fire([[40, 55]], [[True, False], [False, True]])
    settings(mode=TWIN, ipi_ms=2.5, ratio=1.2)
    expect("B follows from the ratio", status()["b"], 48)
    fire([[40, 48]], [[True, True]])
    disable()


def bursts():
    settings(waveform=BURST, burst=3, ipi_ms=20)
    amplitude(35)
    enable()
    fire([[35]] * 3, [[True, False]])
    page(TIMING)
    train(5, 3, 1, 1)
    instants = run(lambda factor: [[35]] * 3)
    expect("bursts", len(instants), 3)
    disable()


def trains():
    settings()
    amplitude(50)
    enable()
    page(MAIN)
    send(4)
    none_for(0.2, "train off its page")
    train(20, 5, 2, 0.3)
    page(TIMING)
    instants = run(lambda factor: [[50]])
    expect("pulses", len(instants), 10)
    hold("duration", 0.6 < instants[-1] - instants[0] < 1.0, instants[-1] - instants[0])
    # A train is cut short by disabling.
    train(20, 100, 1, 1)
    taken()
    before = time.monotonic()
    send(4)
    wait_for(lambda message: message.id == 2, 1, "first pulse")
    send(5)
    running = wait_for(lambda message: message.id == 5, 1, "long status in a train")
    expect("running", running.body[14], 1)
    send(2, 0)
    wait_for(lambda message: message.id == 8 and message.body[2] == 0, 1, "stopped")
    quiet(0.2)
    told = taken()
    stop = [m.id for m in told].index(1)
    expect("after disabling", [m.id for m in told[stop:]], [1, 8])
    pulses = sum(m.id == 2 for m in told)
    hold("cut short", 0 < pulses < 20, pulses)
    fired.append({"from": before, "to": time.monotonic(), "outputs": [[50]] * pulses})


def protocol():
    amplitude(60)
    enable()
    page(PROTOCOL)
    before = stimuli()
    now = status()
    expect("present amplitude", now["a"], round(now["originalA"] * now["factorA"] / 100))
    instants = run(lambda factor: [[round(60 * factor / 100)]])
    hold("a protocol has pulses", len(instants) > 0)
    expect("counted", stimuli() - before, len(instants))
    disable()
    page(MAIN)
    amplitude(0)
    now = status()
    expect("at the end", (now["enabled"], now["a"], now["running"], now["page"]), (False, 0, 0, MAIN))


for part in (discovery, bad_frames, single_pulses, pairs, bursts, trains, protocol):
    part()
print(json.dumps({"problems": problems, "fired": fired}))
sys.exit(0 if not problems else 1)
