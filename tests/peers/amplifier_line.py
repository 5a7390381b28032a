"""A raw serial line for the clients beside this file. Standard library only."""

import os
import select
import termios
import time
import tty


class Line:
    def __init__(self, path):
        self.handle = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self.handle)
        attributes = termios.tcgetattr(self.handle)
        attributes[4] = attributes[5] = termios.B115200
        termios.tcsetattr(self.handle, termios.TCSANOW, attributes)

    def send(self, data):
        os.write(self.handle, data)

    def read_for(self, seconds):
        """All that comes in so many seconds."""
        end = time.monotonic() + seconds
        got = b""
        while (left := end - time.monotonic()) > 0:
            if select.select([self.handle], [], [], left)[0]:
                got += os.read(self.handle, 4096)
        return got

    def read_until(self, mark, limit_s):
        """Up to the mark and whatever came with it; what came so far when the time is over."""
        end = time.monotonic() + limit_s
        got = b""
        while mark not in got and (left := end - time.monotonic()) > 0:
            if select.select([self.handle], [], [], left)[0]:
                got += os.read(self.handle, 4096)
        return got

    def read_bytes(self, count, limit_s):
        end = time.monotonic() + limit_s
        got = b""
        while len(got) < count and (left := end - time.monotonic()) > 0:
            if select.select([self.handle], [], [], left)[0]:
                got += os.read(self.handle, count - len(got))
        return got
