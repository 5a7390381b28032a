import { orList } from "../../src/base/result.ts";
import type { TriggerModule } from "../../src/contract/trigger.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { cedrusXid } from "./cedrus/box.ts";
import type { BoxKind } from "./kind.ts";
import { orBadRig } from "./kind.ts";
import { bbtkTtl, mmbtS, triggerBoxPlus } from "./lines/byteBoxes.ts";
import { pulseBox } from "./pulse-box/box.ts";

const KINDS: Readonly<Record<string, BoxKind>> = {
  "mmbt-s": mmbtS,
  "bbtk-ttl": bbtkTtl,
  "cedrus-xid": cedrusXid,
  "brainproducts-triggerbox-plus": triggerBoxPlus,
  "pulse-box": pulseBox,
};

/** Throws `DEVICE_UNKNOWN_DRIVER`, naming the boxes that exist. */
function kindOf(model: string): BoxKind {
  const kind = Object.hasOwn(KINDS, model) ? KINDS[model] : undefined;
  if (kind !== undefined) return kind;
  const known = orList(Object.keys(KINDS));
  throw new PulsetrainError("DEVICE_UNKNOWN_DRIVER", `${model}: expected ${known}`);
}

/** Trigger boxes. None of them is a safety path; see `docs/devices/trigger-boxes.md`. */
export const trigger: TriggerModule = {
  models: Object.keys(KINDS),
  kind: "trigger",
  line: ({ driver }) => kindOf(driver).line,
  describe: (config) => kindOf(config.driver).describe(config),
  classifier: (config) => kindOf(config.driver).classifier(config),
  create: (context) => {
    const kind = kindOf(context.config.driver);
    orBadRig(kind.describe(context.config));
    return kind.create(context);
  },
  decodeCapture: (model, bytes, { direction }) => kindOf(model).decode(bytes, direction),
};
