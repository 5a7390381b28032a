import type { SimulatorModule } from "../../src/contract/simulator.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createAmplifier } from "../amplifiers/amplifier.ts";
import { faultKindsOf } from "../amplifiers/faults.ts";
import { SERIAL_RATE_HZ } from "./board/board.ts";
import { createCyton } from "./cyton.ts";
import { PACKET_SHAPE } from "./wire/packet.ts";

const PLAIN = "openbci-cyton";
const WITH_DAISY = "openbci-cyton-daisy";

/** `board-off`: the dongle is there and answers for a board that is not. */
const FAULT_KINDS = faultKindsOf([], ["board-off"]);

/** OpenBCI's Cyton behind its dongle. */
export const simulator: SimulatorModule = {
  models: [PLAIN, WITH_DAISY],
  baudRate: 115_200,
  faultKinds: FAULT_KINDS,
  create: (options) => {
    const { model } = options;
    if (model !== PLAIN && model !== WITH_DAISY)
      throw new PulsetrainError("SIMULATOR_UNKNOWN_MODEL", model);
    return createAmplifier(options, {
      faultKinds: FAULT_KINDS,
      shape: PACKET_SHAPE,
      nominalHz: SERIAL_RATE_HZ,
      trueHz: SERIAL_RATE_HZ,
      canChunk: true,
      body: (parts) => createCyton(parts, model === WITH_DAISY),
    });
  },
};
