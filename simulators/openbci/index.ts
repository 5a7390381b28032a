import type { SimulatorModule } from "../../src/contract/simulator.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createAmplifier } from "../amplifiers/amplifier.ts";
import { faultsOf } from "../amplifiers/faults.ts";
import { SERIAL_RATE_HZ } from "./board/board.ts";
import { createCyton } from "./cyton.ts";
import { PACKET_SHAPE } from "./wire/packet.ts";

const PLAIN = "openbci-cyton";
const WITH_DAISY = "openbci-cyton-daisy";

const FAULTS = faultsOf([], {
  "board-off": "the dongle is there, and answers for a board that is not",
});

/** OpenBCI's Cyton behind its dongle. */
export const simulator: SimulatorModule = {
  models: [PLAIN, WITH_DAISY],
  baudRate: 115_200,
  faultKinds: Object.keys(FAULTS),
  create: (options) => {
    const { model } = options;
    if (model !== PLAIN && model !== WITH_DAISY)
      throw new PulsetrainError("SIMULATOR_UNKNOWN_MODEL", model);
    return createAmplifier(options, {
      faults: FAULTS,
      shape: PACKET_SHAPE,
      nominalHz: SERIAL_RATE_HZ,
      trueHz: SERIAL_RATE_HZ,
      sendsDatagrams: false,
      body: (parts) => createCyton(parts, model === WITH_DAISY),
    });
  },
};
