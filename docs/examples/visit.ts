// A whole visit: where, how strong, the circuits, a treatment, and what it left behind. What a protocol
// needs and nobody has measured yet is measured before it (thresholds, 1 mV, N20), once for the visit.
//   npx pulsetrain run docs/examples/visit.ts --rig docs/examples/rig-visit.yaml --subject ad-mild --speed max

import type { SessionApi } from "pulsetrain";

const VISIT = [
  "hotspot-search",
  "mt-ml-pest",
  "io-curve",
  "sici",
  "icf",
  "sai",
  "itbs-600-mep",
] as const;

export default async function visit(session: SessionApi): Promise<void> {
  for (const protocol of VISIT) {
    const { delivered, planned } = await session.run(protocol);
    session.note(`${protocol}: ${delivered} of ${planned} pulses`);
    await session.rest(60);
  }
}
