export const PROTOCOL_CODES = {
  PROTOCOL_NOT_FOUND: {
    meaning: "no protocol file or library entry of this name",
    exit: 2,
    cure: "see `pulsetrain protocols`",
  },
  PROTOCOL_BAD: {
    meaning: "the protocol file is not valid",
    exit: 2,
    cure: "mend the named field",
  },
  PROTOCOL_INCOMPLETE: {
    meaning: "the source does not give a figure that a run needs",
    exit: 3,
    cure: "read the paper and write a protocol file of your own",
  },
  PROTOCOL_TO_BE_MEASURED: {
    meaning: "a value must be measured first and nothing here can measure it yet",
    exit: 3,
    cure: "give the threshold, or measure it",
  },
} as const;
