import { dosePulses } from "../src/base/doseShape.ts";
import { createRandom } from "../src/base/random.ts";
import { err, ok, type Result } from "../src/base/result.ts";
import type { Dose, Plan, PlanBlock, Rounding } from "../src/contract/dose.ts";
import type { ExpandContext, ExpandProblem, LaidBlock } from "./context.ts";
import { layBlock } from "./patterns/layBlock.ts";
import { MAX_DOSES, type PatternContext } from "./patterns/shared.ts";
import type { Block, Protocol, SimpleBlock, StimulationBlock, WaitBlock } from "./types.ts";

export type { ExpandContext, ExpandProblem } from "./context.ts";

/** Where an earlier block stood, for `waitUntil`. */
interface Anchor {
  readonly startMs: number;
  readonly endMs: number;
  /** Holds before it: a hold between an anchor and its wait makes the wait's length unknown. */
  readonly holds: number;
}

/** The plan while it grows. Only this file changes it. */
interface Draft {
  readonly context: ExpandContext;
  readonly random: Pick<PatternContext, "jitter" | "order">;
  readonly blocks: PlanBlock[];
  readonly doses: Dose[];
  readonly holds: { readonly beforeDose: number; readonly text: string }[];
  readonly roundings: Map<string, Rounding>;
  readonly anchors: Map<string, Anchor>;
  readonly problems: ExpandProblem[];
  cursorMs: number;
  /** Label of the stimulation that ended at the cursor with no rest after it. */
  unrested: string | null;
}

/**
 * Turns a protocol into plain doses with absolute times and percent of output, for one subject and
 * one device. Pure: the same protocol, context and seed give the same plan. Says everything that
 * stands in the way at once; never fills in a figure.
 */
export function expandProtocol(
  protocol: Protocol,
  context: ExpandContext,
): Result<Plan, readonly ExpandProblem[]> {
  const plan: Draft = {
    context,
    random: {
      jitter: createRandom(context.seed, "jitter"),
      order: createRandom(context.seed, "order"),
    },
    blocks: [],
    doses: [],
    holds: [],
    roundings: new Map(),
    anchors: new Map([["", { startMs: 0, endMs: 0, holds: 0 }]]),
    problems: [],
    cursorMs: 0,
    unrested: null,
  };
  if (context.species !== undefined && context.species !== protocol.species) {
    const detail = `the protocol is for a ${protocol.species}, the session for a ${context.species}`;
    plan.problems.push({ kind: "species", field: "species", detail });
  }
  addBlocks(plan, blocksOf(protocol), protocol.blocks === null ? null : "blocks");
  if (
    plan.holds.some((hold) => hold.beforeDose === plan.doses.length) &&
    plan.problems.length === 0
  ) {
    plan.problems.push({
      kind: "inconsistent",
      field: "blocks",
      detail: "a hold needs a block with pulses after it",
    });
  }
  if (plan.doses.length === 0 && plan.problems.length === 0) {
    plan.problems.push({
      kind: "inconsistent",
      field: "blocks",
      detail: "the protocol delivers nothing",
    });
  }
  if (plan.problems.length > 0) return err(plan.problems);
  return ok({
    protocol: { id: protocol.id, name: protocol.name, hash: context.hash },
    species: protocol.species,
    blocks: plan.blocks,
    doses: plan.doses,
    durationMs: plan.cursorMs,
    pulses: plan.doses.reduce((sum, dose) => sum + dosePulses(dose), 0),
    roundings: [...plan.roundings.values()],
    holds: plan.holds,
    interSessionMin: protocol.schedule?.interSessionMin ?? null,
  });
}

/**
 * A protocol with one pattern is one block. Several targets stay one block with joined names: the
 * sources rarely say how the pulses divide, and no pause to move the coil is made up.
 */
function blocksOf(protocol: Protocol): readonly Block[] {
  if (protocol.blocks !== null) return protocol.blocks;
  const { intensity, pattern, target } = protocol;
  if (intensity === null || pattern === null) return [];
  return [
    { label: target.length === 0 ? protocol.name : target.join(" + "), target, intensity, pattern },
  ];
}

function addBlocks(plan: Draft, blocks: readonly Block[], at: string | null): void {
  for (const [i, block] of blocks.entries()) {
    const field = at === null ? "" : `${at}[${i}]`;
    if ("repeat" in block) {
      for (let pass = 0; pass < block.repeat && plan.problems.length === 0; pass++) {
        addBlocks(plan, block.blocks, `${field}.blocks`);
      }
    } else {
      addBlock(plan, block, field);
    }
  }
}

function addBlock(plan: Draft, block: SimpleBlock, field: string): void {
  if ("restS" in block) {
    plan.cursorMs += block.restS * 1000;
    plan.unrested = null;
  } else if ("hold" in block) {
    plan.holds.push({ beforeDose: plan.doses.length, text: block.hold });
  } else if ("waitUntil" in block) {
    waitUntil(plan, block.waitUntil, field);
  } else {
    stimulate(plan, block, field);
  }
}

function waitUntil(plan: Draft, wait: WaitBlock["waitUntil"], field: string): void {
  const refuse = (detail: string): void => {
    plan.problems.push({ kind: "inconsistent", field: `${field}.waitUntil`, detail });
  };
  const anchor = plan.anchors.get(wait.block ?? "");
  // After a problem the instants of earlier blocks are not known, and blaming the wait would mislead.
  if (anchor === undefined) {
    // It rests all the same, for a time that nobody knows yet.
    plan.unrested = null;
    return plan.problems.length > 0
      ? undefined
      : refuse(`no earlier block is labelled "${wait.block}"`);
  }
  if (anchor.holds < plan.holds.length) {
    return refuse(
      "a hold stands between the wait and the instant it counts from: how long the hold takes is not known",
    );
  }
  const dueMs = (wait.from === "block-end" ? anchor.endMs : anchor.startMs) + wait.afterS * 1000;
  if (dueMs < plan.cursorMs) {
    return refuse(
      `${dueMs / 1000} s of the plan have passed: the blocks before end at ${plan.cursorMs / 1000} s`,
    );
  }
  if (dueMs > plan.cursorMs) plan.unrested = null;
  plan.cursorMs = dueMs;
}

function stimulate(plan: Draft, block: StimulationBlock, field: string): void {
  const at = field === "" ? "" : `${field}.`;
  if (plan.unrested !== null) {
    const detail = `how long to rest between "${plan.unrested}" and "${block.label}": put restS or waitUntil between them`;
    plan.problems.push({ kind: "missing-figure", field, detail });
  }
  const laid = layBlock(block.pattern, {
    expand: plan.context,
    at,
    intensity: block.intensity,
    ...plan.random,
  });
  plan.unrested = block.label;
  if (!laid.ok) {
    plan.problems.push(...laid.error);
    return;
  }
  if (plan.doses.length + laid.value.doses.length > MAX_DOSES) {
    plan.problems.push({
      kind: "inconsistent",
      field,
      detail: `the plan has more than ${MAX_DOSES} doses`,
    });
    return;
  }
  placeDoses(plan, block, laid.value);
}

function placeDoses(plan: Draft, block: StimulationBlock, laid: LaidBlock): void {
  const index = plan.blocks.length;
  const target = block.target.length === 0 ? null : block.target.join(" + ");
  plan.blocks.push({ index, label: block.label, pattern: block.pattern.type, target });
  for (const { train, trains, condition, ...dose } of laid.doses) {
    plan.doses.push({
      ...dose,
      index: plan.doses.length,
      dueMs: plan.cursorMs + dose.dueMs,
      place: { block: index, train, trains, condition },
    });
  }
  for (const rounding of laid.roundings) plan.roundings.set(rounding.what, rounding);
  const endMs = plan.cursorMs + laid.endMs;
  plan.anchors.set(block.label, { startMs: plan.cursorMs, endMs, holds: plan.holds.length });
  plan.cursorMs = endMs;
}
