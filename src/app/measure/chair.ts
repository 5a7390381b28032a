/** What is done at the chair and cannot be sent over a wire: asked for, or done by the simulated person. */
import type { ToRig } from "../../engine/messages.ts";
import type { MeasureContext } from "./context.ts";

export type ChairAct = Extract<ToRig, { readonly type: "coil-at" | "contract" }>;

type Chair = Pick<MeasureContext, "conductor" | "setup">;

/** Where the person is simulated beside the amplifier, nobody has to be asked. */
function isSimulatedHere({ setup }: Chair): boolean {
  return setup().rig.amplifier?.port === "simulated";
}

/** Resolves when it is done: at once by a simulated person, else when a person said so. */
export async function atChair(chair: Chair, act: ChairAct): Promise<void> {
  chair.conductor.atChair(act);
  if (!isSimulatedHere(chair)) await chair.conductor.ask(wordsOf(act));
}

/** Works while the person contracts the muscle, and has it relaxed again; after an error nobody is asked to. */
export async function whileContracted<T>(
  chair: Chair,
  part: number,
  work: () => Promise<T>,
): Promise<T> {
  await atChair(chair, { type: "contract", part });
  let done: T;
  try {
    done = await work();
  } catch (error) {
    chair.conductor.atChair(RELAXED);
    throw error;
  }
  await atChair(chair, RELAXED);
  return done;
}

const RELAXED: ChairAct = { type: "contract", part: 0 };

/** A value that doses will rest on: looked at by a person before it counts. */
export async function confirmValue(chair: Chair, words: string): Promise<void> {
  if (!isSimulatedHere(chair)) await chair.conductor.ask(`${words}: is it right?`);
}

function wordsOf(act: ChairAct): string {
  if (act.type === "coil-at") return `hold the coil at: ${act.site}`;
  if (act.part === 0) return "let the person relax the muscle";
  return `let the person contract the muscle at about ${Math.round(act.part * 100)} % of the maximum`;
}
