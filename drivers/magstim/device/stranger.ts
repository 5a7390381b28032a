/**
 * Which model it is that answers where another one is expected. Told by questions alone, each of
 * which is unknown (`?`) to the models that do not have it.
 */
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
export async function nameRapid(core: Core): Promise<string | null> {
  core.speak("rapid", core.major());
  const exchange = await core.question({ command: "getVersion" });
  if (exchange.kind !== "answer" || exchange.answer.kind !== "version") return null;
  return `a Rapid² or Horizon with software ${exchange.answer.version.join(".")} (\`magstim-rapid2\`, \`magstim-super-rapid2\`, \`magstim-super-rapid2-plus\` or \`magstim-horizon\`)`;
}
