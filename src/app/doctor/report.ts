/** The findings, for people and for programs. */
import { portWords } from "../../io/portEntry.ts";
import type { Check, Verdict } from "./check.ts";
import type { PortFacts } from "./portFacts.ts";

export interface ExaminedPort {
  readonly facts: PortFacts;
  readonly checks: readonly Check[];
}

export interface ExaminedDevice {
  readonly role: "stimulator" | "amplifier";
  readonly driver: string;
  readonly port: string;
  readonly simulated: boolean;
  readonly steps: readonly Check[];
}

export interface DoctorReport {
  readonly host: readonly Check[];
  readonly ports: readonly ExaminedPort[];
  readonly devices: readonly ExaminedDevice[];
}

const MARKS: Readonly<Record<Verdict, string>> = {
  ok: "ok  ",
  warn: "WARN",
  fail: "FAIL",
  skipped: "-   ",
};
const STEP_WIDTH = 11;

export function isWell({ devices }: DoctorReport): boolean {
  return failedSteps(devices).length === 0;
}

function failedSteps(devices: readonly ExaminedDevice[]): readonly string[] {
  return devices.flatMap(({ steps }) =>
    steps.filter(({ verdict }) => verdict === "fail").map(({ step }) => step),
  );
}

export function reportJson(report: DoctorReport): Readonly<Record<string, unknown>> {
  return {
    ok: isWell(report),
    host: report.host,
    ports: report.ports.map(({ facts: { entry, ...facts }, checks }) => ({
      ...entry,
      ...facts,
      checks,
    })),
    devices: report.devices,
  };
}

export function reportLines(report: DoctorReport): readonly string[] {
  return [
    "this machine",
    ...checkLines(report.host, "  "),
    "serial ports",
    ...portLines(report.ports),
    ...report.devices.flatMap(deviceLines),
  ];
}

function portLines(ports: readonly ExaminedPort[]): readonly string[] {
  if (ports.length === 0) return ["  none"];
  return ports.flatMap(({ facts, checks }) => [
    `  ${portWords(facts.entry)}`,
    ...checkLines(checks, "    "),
  ]);
}

function deviceLines(device: ExaminedDevice): readonly string[] {
  const kind = device.simulated ? " (simulated)" : "";
  const failed = failedSteps([device]);
  return [
    `${device.role} ${device.driver} on ${device.port}${kind}`,
    ...checkLines(device.steps, "  "),
    failed.length === 0 ? "  nothing failed" : `  FAILED: ${failed.join(", ")}`,
  ];
}

function checkLines(checks: readonly Check[], indent: string): readonly string[] {
  const margin = " ".repeat(MARKS.ok.length + 1 + STEP_WIDTH);
  return checks.flatMap(({ step, verdict, detail, cure }) => [
    `${indent}${MARKS[verdict]} ${step.padEnd(STEP_WIDTH)}${detail}`,
    ...(cure === null
      ? []
      : [`${indent}${margin}${verdict === "skipped" ? "hint" : "cure"}: ${cure}`]),
  ]);
}
