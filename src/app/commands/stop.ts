import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import type { Io } from "../io.ts";
import { askToStop, runningSessions } from "../rig/stopSocket.ts";

/** Stops one run or all: the way leads straight into the process beside the port. */
export async function stopCommand(
  session: string | undefined,
  options: { readonly json?: boolean },
  io: Io,
): Promise<number> {
  const wanted = session === undefined ? runningSessions() : [session];
  const answers = await Promise.all(
    wanted.map(async (id) => ({ id, stopped: await askToStop(id) })),
  );
  const stopped = answers.filter((answer) => answer.stopped).map(({ id }) => id);
  if (options.json === true) io.out(JSON.stringify({ stopped }));
  else for (const id of stopped) io.out(`stopped ${id}`);
  if (session !== undefined && stopped.length === 0) {
    throw new PulsetrainError("CLI_BAD_CALL", `no run ${session} on this machine`);
  }
  if (stopped.length === 0) io.err("nothing runs on this machine");
  return 0;
}
