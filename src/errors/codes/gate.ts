export const GATE_CODES = {
  GATE_PLAN_REFUSED: {
    meaning: "a rule refuses the whole plan",
    exit: 3,
    cure: "read the rule and its citation",
  },
  GATE_DOSE_REFUSED: {
    meaning: "the guard refuses one dose just before its bytes",
    exit: 3,
    cure: "read the rule",
  },
  GATE_EXTERNAL_OVER: {
    meaning: "somebody else's trigger went over a ceiling of its window",
    exit: 3,
    cure: "slow the script or pedal down, or ask for a higher ceiling in the protocol; what came counts as delivered",
  },
  GATE_THRESHOLD_VOID: {
    meaning: "the threshold was measured with another coil or pulse shape",
    exit: 3,
    cure: "measure the threshold again with what is plugged in and set now",
  },
  GATE_STOPPED: { meaning: "the stop latch has fallen", exit: 5, cure: "start a new run" },
  GATE_NO_RECEIPT: {
    meaning: "no receipt of a durable intent",
    exit: 3,
    cure: "the journal must confirm the intent first",
  },
  GATE_CLOCK_JUMP: { meaning: "the clock jumped", exit: 3, cure: "start a new run" },
  GATE_DEVICE_STATE: {
    meaning: "the device is not in the state that the dose needs",
    exit: 3,
    cure: "see the status in the journal",
  },
  GATE_PERMIT_FORGED: {
    meaning: "a permit that the gate did not make",
    exit: 1,
    cure: "report it",
  },
  GATE_PERMIT_SPENT: { meaning: "a permit was used twice", exit: 1, cure: "report it" },
  GATE_PERMIT_EXPIRED: {
    meaning: "a permit outside its window",
    exit: 3,
    cure: "the dose is skipped",
  },
  GATE_PERMIT_MISMATCH: { meaning: "a permit for something else", exit: 1, cure: "report it" },
} as const;
