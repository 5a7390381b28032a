// The visit in a few minutes of real time, for a first look at a rig: fewer places, levels and trials, a
// piece of a theta burst treatment, and the same paths of bytes.
//   npx pulsetrain simulate --rig docs/examples/rig-visit.yaml --folder /tmp/visit --subject ad-mild
//   npx pulsetrain run docs/examples/visit-short.ts --rig /tmp/visit/rig.yaml --threshold RMT=52

import type { SessionApi } from "pulsetrain";

export default async function visit(session: SessionApi): Promise<void> {
  const { build } = session;
  const pace = [4, 4.5] as const;
  const weak = build.pctRmt(80);
  const strong = build.pctRmt(120);
  const protocols = [
    build.protocol({
      id: "recruitment-short",
      measure: { what: "mep" },
      blocks: [110, 130].flatMap((pct, i) => [
        ...(i === 0 ? [] : [build.rest(5)]),
        build.single({
          label: `${pct} %RMT`,
          intensity: build.pctRmt(pct),
          totalPulses: 3,
          interPulseS: pace,
        }),
      ]),
    }),
    build.protocol({
      id: "sici-icf-short",
      measure: { what: "ratio" },
      blocks: [
        build.paired({
          isiMs: [2.5, 12],
          conditioning: weak,
          test: strong,
          trialsPerCondition: 9,
          unconditionedTrials: 9,
          interPulseS: pace,
        }),
      ],
    }),
    build.protocol({
      id: "sai-short",
      measure: { what: "ratio" },
      blocks: [
        build.paired({
          isiMs: [23.5],
          conditioning: { value: null, base: "median nerve, just above motor threshold" },
          test: strong,
          trialsPerCondition: 9,
          unconditionedTrials: 9,
          interPulseS: pace,
        }),
      ],
    }),
    build.protocol({
      id: "itbs-short",
      blocks: [build.iTbs({ intensity: build.pctRmt(60), trains: 3 })],
    }),
  ];
  for (const protocol of protocols) {
    await session.run(protocol);
    await session.rest(2);
  }
}
