/** Status bits, in the names that the open clients use. Source: `nicolasmcnair/magpy`, `nigelrogasch/MAGIC`. */

export type Bit = 0 | 1;

/** Second byte of every good answer but the version's; bit 0 first. */
export interface InstrumentBits {
  readonly standby: Bit;
  /** Charging: goes to 0 when `ready` goes to 1 (recorded on a BiStim, `cboulay/magstim_python`). */
  readonly armed: Bit;
  readonly ready: Bit;
  readonly coilPresent: Bit;
  readonly replaceCoil: Bit;
  readonly errorPresent: Bit;
  readonly errorType: Bit;
  readonly remoteStatus: Bit;
}

/** Third byte of some answers of the Rapid group and the Horizon; bit 0 first. */
export interface RapidBits {
  readonly enhancedPowerMode: Bit;
  readonly train: Bit;
  readonly wait: Bit;
  readonly singlePulseMode: Bit;
  readonly hvpsuConnected: Bit;
  readonly coilReady: Bit;
  readonly thetaPSUDetected: Bit;
  readonly modifiedCoilAlgorithm: Bit;
}

/** Low three bits of the extended word. */
export interface ExtendedBits {
  readonly plus1ModuleDetected: Bit;
  readonly specialTriggerModeActive: Bit;
  readonly chargeDelaySet: Bit;
}

function bit(value: number, place: number): Bit {
  return ((value >> place) & 1) === 1 ? 1 : 0;
}

export function instrumentBits(byte: number): InstrumentBits {
  return {
    standby: bit(byte, 0),
    armed: bit(byte, 1),
    ready: bit(byte, 2),
    coilPresent: bit(byte, 3),
    replaceCoil: bit(byte, 4),
    errorPresent: bit(byte, 5),
    errorType: bit(byte, 6),
    remoteStatus: bit(byte, 7),
  };
}

export function rapidBits(byte: number): RapidBits {
  return {
    enhancedPowerMode: bit(byte, 0),
    train: bit(byte, 1),
    wait: bit(byte, 2),
    singlePulseMode: bit(byte, 3),
    hvpsuConnected: bit(byte, 4),
    coilReady: bit(byte, 5),
    thetaPSUDetected: bit(byte, 6),
    modifiedCoilAlgorithm: bit(byte, 7),
  };
}

/** High byte first, as `nigelrogasch/MAGIC` and `neuromti/ctrl-magstim_stimulators` read it. */
export function extendedBits(high: number, low: number): ExtendedBits {
  const word = (high << 8) | low;
  return {
    plus1ModuleDetected: bit(word, 0),
    specialTriggerModeActive: bit(word, 1),
    chargeDelaySet: bit(word, 2),
  };
}
