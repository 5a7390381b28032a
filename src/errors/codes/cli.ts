export const CLI_CODES = {
  CLI_BAD_CALL: {
    meaning: "the command line is not understood",
    exit: 2,
    cure: "see `pulsetrain COMMAND --help`",
  },
  CLI_STOPPED: {
    meaning: "stopped by the operator or a signal; devices were disarmed",
    exit: 5,
    cure: "start a new run",
  },
  CLI_BUG: { meaning: "a bug in pulsetrain", exit: 1, cure: "report it with the journal" },
  RIG_FILE_BAD: { meaning: "the rig file is not valid", exit: 2, cure: "mend the named field" },
  SESSION_FILE_BAD: {
    meaning: "the session file is not valid",
    exit: 2,
    cure: "mend the named field",
  },
  RIG_NOT_PROVEN_SIMULATED: {
    meaning: "a rig says it is simulated and a port cannot prove it",
    exit: 3,
    cure: "use `port: simulated`, a link of a running `pulsetrain simulate`, or name the path in PULSETRAIN_SIMULATED_PORT",
  },
  RIG_PARENT_SILENT: {
    meaning: "the process that owns the journal fell silent; the device was disarmed",
    exit: 5,
    cure: "start a new run",
  },
  RIG_PROCESS_DIED: {
    meaning: "the process beside the port died; the device is left to its own silence rule",
    exit: 4,
    cure: "check the device, then start a new run",
  },
  REPLAY_DIFFERS: {
    meaning: "a replay did not equal its session",
    exit: 1,
    cure: "read which input or event differs",
  },
} as const;
