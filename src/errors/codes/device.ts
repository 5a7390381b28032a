export const DEVICE_CODES = {
  DEVICE_UNKNOWN_DRIVER: {
    meaning: "no driver of this name",
    exit: 2,
    cure: "use one of the listed names",
  },
  DEVICE_SILENT: {
    meaning: "the device did not answer in time",
    exit: 4,
    cure: "power, cable, socket on the main unit, unlock code",
  },
  DEVICE_WRONG_ANSWER: {
    meaning: "the device answered something else",
    exit: 4,
    cure: "check the model in the rig file",
  },
  DEVICE_WRONG_VERSION: {
    meaning: "the device has another software version than the rig file says",
    exit: 4,
    cure: "correct the rig file",
  },
  DEVICE_UNLOCK_REFUSED: {
    meaning: "no answer to the unlock code",
    exit: 4,
    cure: "check the code for typing errors; it belongs to one unit",
  },
  DEVICE_INVALID_COMMAND: {
    meaning: "the device does not know the command",
    exit: 4,
    cure: "check model and software version",
  },
  DEVICE_INVALID_DATA: {
    meaning: "the device refused a value",
    exit: 4,
    cure: "see the value in the message",
  },
  DEVICE_CONFLICT: {
    meaning: "the device cannot do this in its present state",
    exit: 4,
    cure: "see the status in the journal",
  },
  DEVICE_NOT_READY: {
    meaning: "the device did not become ready",
    exit: 4,
    cure: "coil, coil switch, temperature",
  },
  DEVICE_READBACK_DIFFERS: {
    meaning: "the device is set to something else than was asked",
    exit: 4,
    cure: "see asked and read back in the message",
  },
  DEVICE_CONTROL_LOST: {
    meaning: "remote control was lost",
    exit: 4,
    cure: "probe again; nothing is replayed",
  },
  DEVICE_DISARM_UNCONFIRMED: {
    meaning: "the device did not confirm at the end that it is in standby",
    exit: 4,
    cure: "take the coil off the head and switch the device off at its front",
  },
  DEVICE_COIL: {
    meaning: "coil missing, to be replaced or too hot",
    exit: 4,
    cure: "check the coil",
  },
  DEVICE_FAULT: {
    meaning: "the device reports an error",
    exit: 4,
    cure: "read its code in the manual",
  },
  DEVICE_NOT_FOUND: {
    meaning: "no answer that belongs to this device",
    exit: 4,
    cure: "check port and model",
  },
  DEVICE_FOREIGN_PULSE: {
    meaning: "the device delivered a pulse that this run did not ask for; it counts as delivered",
    exit: 4,
    cure: "keep triggers, pedals and the front panel away from the device while it is armed",
  },
  DEVICE_PANEL_CHANGED: {
    meaning: "a setting was changed at the device's own panel while it was armed",
    exit: 4,
    cure: "leave the panel alone during a run; a turned knob is not an authorised intensity",
  },
  DEVICE_EQUIPMENT_CHANGED: {
    meaning: "coil or pulse shape changed while the device was armed",
    exit: 4,
    cure: "measure the threshold again with what is plugged in and set now",
  },
  DEVICE_WRONG_RATE: {
    meaning: "samples come at another rate than the rig file or the device says",
    exit: 4,
    cure: "correct the rate in the rig file, or measure the device's clock and name it there",
  },
  SIMULATOR_UNKNOWN_FAULT: {
    meaning: "the simulator knows no fault of this kind",
    exit: 2,
    cure: "see the listed kinds",
  },
  SIMULATOR_UNKNOWN_MODEL: {
    meaning: "no simulator of this model",
    exit: 2,
    cure: "see `pulsetrain simulate --list`",
  },
} as const;
