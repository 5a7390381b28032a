import { bareClient } from "../client/client.ts";
import { type Figure, figure, median, quantile, type Sample, type Section } from "../figure.ts";
import { type DeviceTimes, timeDevice } from "./oneDevice.ts";
import { BENCH_DEVICES, type BenchDevice } from "./table.ts";

const HANDED_RATIO = 1.5;
const HANDED_MARGIN_US = 200;
const MOST_TIMES_BARE = 2.5;

interface Report {
  readonly samples: readonly Sample[];
  readonly figures: readonly Figure[];
  readonly note: string;
}

/** From the plan's instant to the last byte, and from there to the device's word, for each device. */
export async function benchDevices(folder: string): Promise<Section> {
  const client = bareClient(folder);
  const reports: Report[] = [];
  const all: DeviceTimes[] = [];
  for (const spec of BENCH_DEVICES) {
    const times = await timeDevice(folder, spec, client);
    all.push(times);
    reports.push(reportOf(spec, times));
  }
  return {
    title: "Starts of each device over a pseudo-terminal (simulated devices)",
    samples: reports.flatMap(({ samples }) => samples),
    figures: [
      ...reports.flatMap(({ figures }) => figures),
      handedFigure("all", "p95", 0.95, {
        handedUs: all.flatMap(({ handedUs }) => handedUs),
        bareHandedUs: all.flatMap(({ bareHandedUs }) => bareHandedUs),
      }),
    ],
    notes: [
      ...reports.map(({ note }) => note),
      "rts: a pseudo-terminal has no modem lines, so a thread writes a byte where it would move RTS",
      client === null ? "neither gcc nor python3 is here to compare answers with" : client.what,
    ],
  };
}

function reportOf({ name, acknowledgement }: BenchDevice, times: DeviceTimes): Report {
  const { handedUs, bareHandedUs, acknowledgedUs, bareAcknowledgedUs } = times;
  const sample = (label: string, values: readonly number[]): Sample => ({
    label: `${name}: ${label}`,
    unit: "us",
    values,
  });
  const isAnswered = acknowledgement !== null && bareAcknowledgedUs.length > 0;
  return {
    samples: [
      sample("handed over", handedUs),
      sample("bare loop", bareHandedUs),
      ...(isAnswered
        ? [sample("answered", acknowledgedUs), sample("bare client", bareAcknowledgedUs)]
        : []),
    ],
    figures: [
      handedFigure(name, "median", 0.5, times),
      // Of so few starts it is the second or third worst: shown here, promised over all devices.
      figure(
        `device.${name}.handed-over.p95`,
        "us",
        quantile(handedUs, 0.95),
        quantile(bareHandedUs, 0.95),
        { kind: "none" },
      ),
      ...(isAnswered
        ? [
            figure(
              `device.${name}.answered.median`,
              "us",
              median(acknowledgedUs),
              median(bareAcknowledgedUs),
              { kind: "ratio at most", limit: MOST_TIMES_BARE },
            ),
            figure(
              `device.${name}.answered.p95`,
              "us",
              quantile(acknowledgedUs, 0.95),
              quantile(bareAcknowledgedUs, 0.95),
              { kind: "none" },
            ),
          ]
        : []),
    ],
    note: `${name}: ${times.ending}; ${times.planned} planned, ${handedUs.length} left, ${times.discharges} discharges`,
  };
}

function handedFigure(
  name: string,
  what: string,
  share: number,
  times: Pick<DeviceTimes, "handedUs" | "bareHandedUs">,
): Figure {
  const floor = quantile(times.bareHandedUs, share);
  return figure(
    `device.${name}.handed-over.${what}`,
    "us",
    quantile(times.handedUs, share),
    floor,
    {
      kind: "value at most",
      limit: HANDED_RATIO * floor + HANDED_MARGIN_US,
      words: `${HANDED_RATIO} x floor + ${HANDED_MARGIN_US} us`,
    },
  );
}
