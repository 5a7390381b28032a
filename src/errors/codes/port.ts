export const PORT_CODES = {
  PORT_NOT_OPEN: {
    meaning: "a write while the port is closed is refused, never queued",
    exit: 4,
    cure: "connect first",
  },
  PORT_NOT_FOUND: {
    meaning: "no such port",
    exit: 4,
    cure: "check the cable and the path in the rig file",
  },
  PORT_AMBIGUOUS: {
    meaning: "several ports fit the USB identity in the rig file",
    exit: 4,
    cure: "name the serial number too, or unplug the others",
  },
  PORT_BUSY: {
    meaning: "another program holds the port",
    exit: 4,
    cure: "close the other program",
  },
  PORT_PERMISSION: {
    meaning: "no permission to open the port",
    exit: 4,
    cure: "join the group that owns the device (dialout), then log in again",
  },
  PORT_LOST: {
    meaning: "the device vanished from the port",
    exit: 4,
    cure: "check the cable; the state of the device is unknown",
  },
  PORT_OPEN_FAILED: { meaning: "the port could not be opened", exit: 4, cure: "see the detail" },
  PORT_STALLED: {
    meaning: "the line does not take or does not carry the bytes",
    exit: 4,
    cure: "check the cable and the adapter; the state of the device is unknown",
  },
  PORT_NO_LINES: {
    meaning: "the port has no RTS line to trigger with",
    exit: 4,
    cure: "use a serial adapter of this machine: pseudo-terminals and sockets have no lines",
  },
  PORT_LINE_STUCK: {
    meaning: "the level of the RTS line is not known, or it is not low; nothing was triggered",
    exit: 4,
    cure: "close and open the port again",
  },
  PORT_HAZARD_REFUSED: {
    meaning: "bytes that can reach a person were about to leave without a permit",
    exit: 1,
    cure: "report it",
  },
} as const;
