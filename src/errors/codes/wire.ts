export const WIRE_CODES = {
  WIRE_BAD_CHECKSUM: {
    meaning: "the checksum of a frame is wrong",
    exit: 4,
    cure: "check cable and adapter",
  },
  WIRE_CUT_FRAME: { meaning: "a frame ended too early", exit: 4, cure: "check cable and adapter" },
  WIRE_UNKNOWN_FRAME: {
    meaning: "bytes that are no frame of this device",
    exit: 4,
    cure: "check model and software version",
  },
  WIRE_BAD_FIELD: {
    meaning: "a field of a frame is not what its place demands",
    exit: 4,
    cure: "check model and software version",
  },
  WIRE_OUT_OF_RANGE: {
    meaning: "a value the format cannot carry",
    exit: 2,
    cure: "see the range in the message",
  },
} as const;
