import type { Amplifier } from "../contract/amplifier.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { judgeAmplifierNews } from "./amplifierNews.ts";
import type { FromRig, Line, ToRig } from "./messages.ts";
import type { Outbox } from "./outbox.ts";

/** Sends samples to whoever records them, and writes down what is lost. Resolves with its identity. */
export async function startAmplifier(
  amplifier: Amplifier | null,
  line: Line<FromRig, ToRig>,
  outbox: Outbox,
  fail: (code: ErrorCode, detail: string) => void,
): Promise<Readonly<Record<string, string>>> {
  if (amplifier === null) return {};
  amplifier.blocks$.subscribe((block) => line.send({ type: "samples", block }));
  amplifier.events$.subscribe((event) => {
    const { record, fault } = judgeAmplifierNews(event);
    if (record !== null) outbox.emit(record);
    if (fault !== null) fail(fault.code, fault.detail);
  });
  const told = await amplifier.connect();
  await amplifier.start();
  return Object.fromEntries(
    Object.entries(told).map(([key, value]) => [`amplifier.${key}`, value]),
  );
}

/** The samples are over; what an amplifier has to say about it is no fault of the run. */
export async function stopAmplifier(amplifier: Amplifier | null): Promise<void> {
  if (amplifier === null) return;
  await amplifier.stop().catch(() => undefined);
  await amplifier.close().catch(() => undefined);
}
