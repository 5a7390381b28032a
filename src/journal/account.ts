import type {
  EventBody,
  JournalEvent,
  PulseCounts,
  RunStatus,
  StoredEvent,
} from "../contract/events.ts";

type Of<K extends EventBody["kind"]> = Extract<StoredEvent, { readonly kind: K }>;

/** What the events of one session add up to. */
export interface SessionAccount {
  readonly session: string;
  readonly start: Of<"run.start"> | null;
  readonly end: Of<"run.stop"> | null;
  /** By sequence number. */
  readonly intents: ReadonlyMap<number, Of<"intent">>;
  /** The first outcome of each intent, by the intent's number. */
  readonly outcomes: ReadonlyMap<number, Of<"outcome">>;
  readonly latched: Of<"stop"> | null;
  readonly resolved: readonly Of<"resolve">[];
  /** Pulses that the expanded protocols of the session announce; null when none says. */
  readonly plannedPulses: number | null;
  readonly lastT: number;
}

export function accountOf(session: string, events: Iterable<StoredEvent>): SessionAccount {
  const intents = new Map<number, Of<"intent">>();
  const outcomes = new Map<number, Of<"outcome">>();
  const first: { start?: Of<"run.start">; end?: Of<"run.stop">; latched?: Of<"stop"> } = {};
  const resolved: Of<"resolve">[] = [];
  let plannedPulses: number | null = null;
  let lastT = 0;
  for (const event of events) {
    lastT = Math.max(lastT, event.t);
    switch (event.kind) {
      case "run.start":
        first.start ??= event;
        break;
      case "run.stop":
        first.end ??= event;
        break;
      case "stop":
        first.latched ??= event;
        break;
      case "resolve":
        resolved.push(event);
        break;
      case "intent":
        intents.set(event.seq, event);
        break;
      case "outcome":
        outcomes.set(event.intent, outcomes.get(event.intent) ?? event);
        break;
      case "segment":
        plannedPulses = plus(plannedPulses, event.body["pulses"]);
    }
  }
  const { start = null, end = null, latched = null } = first;
  return { session, start, end, intents, outcomes, latched, resolved, plannedPulses, lastT };
}

function plus(sum: number | null, pulses: unknown): number | null {
  return typeof pulses === "number" ? (sum ?? 0) + pulses : sum;
}

/** Intents of which nobody knows what came. */
export function openIntents(account: SessionAccount): readonly Of<"intent">[] {
  return [...account.intents.values()].filter(({ seq }) => !account.outcomes.has(seq));
}

/**
 * Pulses by outcome; intents without one count as unknown. Pulses that were neither delivered nor
 * unknown count as skipped, also those that no intent was ever written for.
 */
export function countsOf(account: SessionAccount): PulseCounts {
  let delivered = 0;
  let unknown = 0;
  let intended = 0;
  for (const intent of account.intents.values()) {
    intended += intent.pulses;
    const outcome = account.outcomes.get(intent.seq);
    if (outcome === undefined) unknown += intent.pulses;
    else if (outcome.outcome === "delivered") delivered += outcome.pulses;
    else if (outcome.outcome === "unknown") unknown += outcome.pulses;
  }
  const planned = Math.max(account.plannedPulses ?? 0, intended, delivered + unknown);
  return { planned, delivered, unknown, skipped: planned - delivered - unknown };
}

/**
 * The events that close a session whose run cannot close it any more: an unknown outcome for every
 * open intent, then the end. A dose that may have been delivered is never taken for one that was not.
 */
export function closingEvents(
  account: SessionAccount,
  close: {
    readonly tMs: number;
    readonly status: RunStatus | "interrupted";
    /** Why nobody knows what came of the open intents. */
    readonly why: string;
  },
): readonly JournalEvent[] {
  const outcomes = openIntents(account).map(
    (intent): JournalEvent => ({
      tMs: close.tMs,
      kind: "outcome",
      intent: intent.seq,
      outcome: "unknown",
      pulses: intent.pulses,
      detail: close.why,
      plannedMs: intent.plannedMs,
      permittedMs: null,
      writtenMs: null,
      drainedMs: null,
      acknowledgedMs: null,
      deviceReportedMs: null,
    }),
  );
  const end: JournalEvent = {
    tMs: close.tMs,
    kind: "run.stop",
    status: close.status,
    ...countsOf(account),
    detail: close.why,
  };
  return [...outcomes, end];
}

/** Something a person must acknowledge before a real rig runs again. */
export interface OpenMatter {
  readonly session: string;
  readonly subject: string | null;
  readonly simulated: boolean;
  /** Intents of unknown outcome that nobody acknowledged. */
  readonly intents: readonly number[];
  readonly pulses: number;
  /** In words, for a person. */
  readonly what: string;
}

/**
 * What of a session is open: unknown outcomes of an interrupted or faulted run, and a stop latch
 * that fell before an interruption. Null when nothing is, or when it was acknowledged.
 */
export function openMatter(account: SessionAccount): OpenMatter | null {
  const status = account.end?.status ?? "interrupted";
  if (status !== "interrupted" && status !== "faulted") return null;
  const acknowledged = new Set(account.resolved.flatMap(({ intents }) => intents));
  const unknown = [...account.intents.values()].filter(
    ({ seq }) =>
      (account.outcomes.get(seq)?.outcome ?? "unknown") === "unknown" && !acknowledged.has(seq),
  );
  const latched =
    status === "interrupted" && account.resolved.length === 0 ? account.latched : null;
  if (unknown.length === 0 && latched === null) return null;
  const pulses = unknown.reduce((sum, intent) => sum + intent.pulses, 0);
  const words = [
    ...(unknown.length > 0
      ? [`${pulses} pulses of unknown outcome in ${unknown.length} doses`]
      : []),
    ...(latched === null ? [] : [`stopped by ${latched.by} before it was interrupted`]),
  ];
  return {
    session: account.session,
    ...subjectOf(account),
    intents: unknown.map(({ seq }) => seq),
    pulses,
    what: words.join("; "),
  };
}

/** Who it was for; a session that does not say that it was simulated counts as real. */
export function subjectOf(account: Pick<SessionAccount, "start">): {
  readonly subject: string | null;
  readonly simulated: boolean;
} {
  const body = account.start?.body ?? {};
  const subject = body["subject"];
  return {
    subject: typeof subject === "string" ? subject : null,
    simulated: body["simulated"] === true,
  };
}
