/** Protocols for runs in real time: short, and of one kind each. Values are for 45 %MSO RMT. */

interface Shape {
  readonly id?: string;
  readonly intensity?: string;
  readonly pattern: string;
}

export function protocolText({
  id = "e2e",
  intensity = '{ value: 90, base: "%RMT" }',
  pattern,
}: Shape): string {
  return [
    "pulsetrain: 1",
    `id: ${id}`,
    "name: End to end",
    "category: physiology",
    "citation: { authors: A. Example, year: 2026, journal: none, doi: null, doiStatus: none }",
    "target: [M1 hotspot]",
    "coil: figure-of-eight",
    "waveform: biphasic",
    `intensity: ${intensity}`,
    `pattern: ${pattern}`,
    "schedule: { sessions: 1 }",
    'verification: { verifiedFields: [], where: "", otherFields: test }',
    "",
  ].join("\n");
}

/** Trains at 10 Hz that the device times, with a rest between them. */
export function trainsText(trains: number, pulses: number, restS: number): string {
  return protocolText({
    id: "e2e-trains",
    pattern: `{ type: conventional, frequencyHz: 10, pulsesPerTrain: ${pulses}, trainDurationS: ${pulses / 10}, interTrainIntervalS: ${restS}, trains: ${trains}, totalPulses: ${trains * pulses} }`,
  });
}

/** Single pulses that the host times. */
export function singlesText(pulses: number, intervalS: number): string {
  return protocolText({
    id: "e2e-singles",
    pattern: `{ type: single, totalPulses: ${pulses}, interPulseS: [${intervalS}, ${intervalS}], jitter: null }`,
  });
}
