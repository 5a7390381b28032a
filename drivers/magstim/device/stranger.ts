/**
 * Which model it is that answers where another one is expected. Told by questions alone, each of
 * which is unknown (`?`) to the models that do not have it.
 */
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { requireGood } from "../link/exchanges.ts";
import type { GoodAnswer } from "../wire/answers.ts";
import type { ControlHints } from "./control.ts";
import type { Core } from "./core.ts";

/** Words for a device that knows `J` where a Rapid or Horizon is expected; null: it knows none. */
export async function namePairOrSingle(core: Core): Promise<string | null> {
  core.speak("bistim", core.major());
  const exchange = await core.question({ command: "getParameters" });
  if (exchange.kind !== "answer" || exchange.answer.kind !== "good") return null;
  const { bistimParam } = exchange.answer;
  if (bistimParam === undefined) return null;
  return bistimParam.powerB === 0 && bistimParam.ppOffset === 0
    ? "a 200² (`magstim-200`)"
    : "a BiStim² (`magstim-bistim`)";
}

/** Words for a device that knows `N` where a 200² or BiStim² is expected; null: it knows none. */
async function nameRapid(core: Core): Promise<string | null> {
  core.speak("rapid", core.major());
  const exchange = await core.question({ command: "getVersion" });
  if (exchange.kind !== "answer" || exchange.answer.kind !== "version") return null;
  return `a Rapid² or Horizon with software ${exchange.answer.version.join(".")} (\`magstim-rapid2\`, \`magstim-super-rapid2\`, \`magstim-super-rapid2-plus\` or \`magstim-horizon\`)`;
}

/** What a device without unlock codes may be that answers and gives no control. */
export const CONTROL_HINTS: ControlHints = {
  unwilling:
    "a Rapid² from software version 9 on and a Horizon do so without their unlock code: is this the right model?",
  silent: "is this the right model?",
};

/** Power and interval as a 200² or a BiStim² tells them; a Rapid or Horizon on the port is named. */
export async function requireAnswerToJ(core: Core, driver: string): Promise<GoodAnswer> {
  const exchange = await core.question({ command: "getParameters" });
  const isGood = exchange.kind === "answer" && exchange.answer.kind === "good";
  const found = isGood || exchange.kind === "lost" ? null : await nameRapid(core);
  if (found === null) return requireGood(exchange, "reading the parameters");
  throw new PulsetrainError(
    "DEVICE_WRONG_ANSWER",
    `the rig file says ${driver}, but ${found} answers on this port`,
  );
}
