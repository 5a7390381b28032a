/** The devices of the rig, what they said of themselves, and what the amplifier lost. */

import { figure } from "../pictures/scale.ts";
import type { AmplifierNews, SessionRecord } from "../record.ts";
import type { StatedSecond } from "../startFacts.ts";
import {
  type Cell,
  type Html,
  html,
  NOTHING,
  paragraph,
  section,
  subtitle,
  table,
} from "./html.ts";
import { clockWords, plural, portWords } from "./words.ts";

export function devicesSection(record: SessionRecord): Html {
  const { redact } = record;
  const changes = record.moments.filter((moment) => moment.kind === "equipment");
  return section(
    "Devices",
    table(
      [{ name: "place" }, { name: "driver" }, { name: "port" }, { name: "more" }],
      rigRows(record),
    ),
    record.devices.length === 0 ? NOTHING : subtitle("What they said of themselves"),
    table(
      [{ name: "model" }, { name: "software" }, { name: "details" }, { name: "at", figures: true }],
      identities(record),
    ),
    record.highestCoilC === null
      ? NOTHING
      : paragraph(
          `Highest coil temperature read before arming: ${figure(record.highestCoilC)} °C.`,
        ),
    changes.length === 0 ? NOTHING : subtitle("Changes of the equipment"),
    table(
      [{ name: "at", figures: true }, { name: "what" }, { name: "was" }, { name: "now" }],
      changes.map(({ t, what, was, now }) => [clockWords(t), what, redact(was), redact(now)]),
    ),
    amplifierPart(record),
  );
}

/** Only what is named here is shown: a rig also holds pointers to secrets. */
function rigRows({ start: { rig } }: SessionRecord): readonly (readonly Cell[])[] {
  if (rig === null) return [];
  const { stimulator, trigger, amplifier, markers, nerve, second } = rig;
  const rows: (readonly Cell[])[] = [];
  if (stimulator !== null) {
    const more = [
      stimulator.mains === null ? "" : `${stimulator.mains} V`,
      stimulator.coilSerial === null ? "" : `coil ${stimulator.coilSerial}`,
    ];
    rows.push([
      "stimulator",
      stimulator.driver,
      portWords(stimulator.port),
      more.filter((words) => words !== "").join(", "),
    ]);
  }
  if (trigger !== null) rows.push(["trigger", trigger.driver ?? trigger.via, null, trigger.via]);
  if (amplifier !== null) rows.push(["amplifier", amplifier.driver, portWords(amplifier.port), ""]);
  if (markers !== null) rows.push(["markers", markers.driver, portWords(markers.port), ""]);
  if (nerve !== null)
    rows.push(["nerve stimulator", nerve.driver, portWords(nerve.port), nerve.model]);
  if (second !== null) rows.push(secondRow(second));
  return rows;
}

function secondRow({ settings, side, trigger }: StatedSecond): readonly Cell[] {
  const { coil, intensityPctMso, modelName } = settings;
  const words = `${modelName}, ${intensityPctMso} %MSO set by hand, coil ${coil}, ${side} hemisphere`;
  return ["second stimulator", trigger.driver, portWords(trigger.port), words];
}

/** Each identity once, however often it was asked. */
function identities({ devices, redact }: SessionRecord): readonly (readonly Cell[])[] {
  const known = new Map<string, readonly Cell[]>();
  for (const { model, softwareVersion, detail, t } of devices) {
    const words = Object.entries(detail).map(([name, value]) => `${name} ${value}`);
    const key = JSON.stringify([model, softwareVersion, words]);
    if (!known.has(key))
      known.set(key, [model, softwareVersion, redact(words.join(", ")), clockWords(t)]);
  }
  return [...known.values()];
}

const MOST_NEWS = 40;

function amplifierPart({ amplifier, start, trials }: SessionRecord): Html {
  if (start.rig?.amplifier === null || start.rig?.amplifier === undefined) {
    if (amplifier.length === 0) return NOTHING;
  }
  const of = (name: string): readonly AmplifierNews[] =>
    amplifier.filter((news) => news.name === name);
  const losses = of("amplifier-loss");
  const frames = losses.reduce((sum, { body }) => sum + numberOf(body["frames"]), 0);
  const atLeast = losses.some(({ body }) => body["atLeast"] === true);
  const lostTrials = trials.filter(({ why }) => why.includes("lost-frames")).length;
  const said =
    amplifier.length === 0
      ? "No loss, no fault and no silence of the amplifier was recorded."
      : `${plural(losses.length, "loss")} of ${atLeast ? "at least " : ""}${plural(frames, "frame")}; ${plural(of("amplifier-stall").length, "silence")}, ${plural(of("amplifier-resync").length, "resync")}, ${plural(of("amplifier-fault").length, "fault")}.${lostTrials > 0 ? ` ${plural(lostTrials, "trial")} without samples because of it.` : ""} Nothing is interpolated.`;
  const rows = amplifier.slice(0, MOST_NEWS).map(({ t, name, body }) => [
    clockWords(t),
    name.replace(/^amplifier-/, ""),
    Object.entries(body)
      .filter(([key]) => key !== "hex")
      .map(([key, value]) => `${key} ${String(value)}`)
      .join(", "),
  ]);
  const columns = [{ name: "at", figures: true }, { name: "what" }, { name: "details" }];
  return html`${subtitle("Amplifier")}${paragraph(said)}${table(columns, rows)}${paragraph(
    amplifier.length > MOST_NEWS ? `${amplifier.length - MOST_NEWS} more in the journal.` : "",
  )}`;
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
