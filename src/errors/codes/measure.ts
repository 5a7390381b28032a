export const MEASURE_CODES = {
  MEASURE_IMPOSSIBLE: {
    meaning: "a value that the protocol needs could not be measured",
    exit: 3,
    cure: "see the reason; nothing that depends on the value was given",
  },
  MEASURE_RATE_TOO_LOW: {
    meaning: "the amplifier is too slow for the measure",
    exit: 3,
    cure: "use an amplifier of 2 kHz or more, or allow it by name in the rig file (`mepBelow2kHz: true`)",
  },
} as const;
