import type { Result } from "../../src/contract/result.ts";
import type {
  DeviceModel,
  DriverContext,
  DriverModule,
  Stimulator,
  StimulatorConfig,
} from "../../src/contract/stimulator.ts";
import { BISTIM_MODELS, describe as describeBistim } from "./bistim/capabilities.ts";
import { createBistim } from "./bistim/driver.ts";
import { classify } from "./hazard.ts";
import { describe as describeRapid, RAPID_MODELS } from "./rapid/capabilities.ts";
import { createRapid } from "./rapid/driver.ts";
import { redact } from "./secrets.ts";
import { describe as describeSingle, SINGLE_MODELS } from "./single/capabilities.ts";
import { createSingle } from "./single/driver.ts";
import { decodeCapture } from "./wire/capture.ts";

interface Kind {
  readonly models: readonly string[];
  describe(config: StimulatorConfig): Result<DeviceModel, string>;
  create(context: DriverContext): Stimulator;
}

const RAPID: Kind = { models: RAPID_MODELS, describe: describeRapid, create: createRapid };

/** Models that differ in more than figures. */
const KINDS: readonly Kind[] = [
  { models: SINGLE_MODELS, describe: describeSingle, create: createSingle },
  { models: BISTIM_MODELS, describe: describeBistim, create: createBistim },
  RAPID,
];

/** An unknown name gets the words of the Rapid group. */
const kindOf = (driver: string): Kind =>
  KINDS.find(({ models }) => models.includes(driver)) ?? RAPID;

/** Drivers of the Magstim family. The line: `nicolasmcnair/magpy`; no flow control of any kind. */
export const driver: DriverModule = {
  models: KINDS.flatMap(({ models }) => models),
  kind: "stimulator",
  line: { baudRate: 9600, dataBits: 8, parity: "none", stopBits: 1 },
  describe: (config) => kindOf(config.driver).describe(config),
  classifier: () => classify,
  create: (context) => kindOf(context.config.driver).create(context),
  decodeCapture,
  redact,
};
