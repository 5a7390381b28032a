// A session as code, for what a file cannot say: choices that depend on chance or on what came
// before. It is called once, in the process that owns the journal; each protocol goes through the
// same check, gate and journal as one from a file, and nothing here can reach the port.
//   npx pulsetrain run docs/examples/session-script.ts --threshold RMT=45 --speed max

import type { SessionApi } from "pulsetrain";

export default async function session(session: SessionApi): Promise<void> {
  const { build } = session;
  const probe = build.protocol({
    id: "probe",
    blocks: [build.single({ intensity: build.pctRmt(120), totalPulses: 5, interPulseS: [4, 6] })],
  });
  const trains = build.protocol({
    id: "ten-hertz",
    blocks: [
      build.train({
        intensity: build.pctRmt(90),
        frequencyHz: 10,
        pulsesPerTrain: 20,
        trains: 3,
        interTrainIntervalS: 28,
      }),
    ],
  });

  const before = await session.run(probe);
  session.note(`probe: ${before.delivered} of ${before.planned} pulses`);
  await session.rest(30);

  // Seeded: the same seed gives the same order, also in a replay.
  const order = session.random.shuffle(["trains", "rest"]);
  for (const part of order) {
    if (part === "trains") await session.run(trains);
    await session.rest(60);
  }
  session.note(`order: ${order.join(", ")}`);

  await session.run(probe);
}
