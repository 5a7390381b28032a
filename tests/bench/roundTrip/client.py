"""As client.c, where there is no C compiler: client.py PATH COUNT PAUSE_US ANSWER_BYTES FRAME_HEX"""

import os
import sys
import termios
import time
import tty

path, count, pause_us, wanted, frame = sys.argv[1:]
fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
tty.setraw(fd)
termios.tcflush(fd, termios.TCIFLUSH)
for _ in range(int(count)):
    start = time.monotonic_ns()
    os.write(fd, bytes.fromhex(frame))
    have = 0
    while have < int(wanted):
        have += len(os.read(fd, int(wanted) - have))
    print((time.monotonic_ns() - start) / 1000)
    time.sleep(int(pause_us) / 1e6)
