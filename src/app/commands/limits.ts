import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { defaultJournalFile } from "../../journal/dataFolder.ts";
import { openJournal } from "../../journal/journal.ts";
import { readJournal } from "../../journal/read.ts";
import { loadDefaultProfile, profileHash } from "../../safety/limits.ts";
import { RULES } from "../../safety/rules.ts";
import { utcNow } from "../../time/wallClock.ts";
import type { Io } from "../io.ts";
import { ACCEPTANCE, isAccepted } from "../run/ledgerFacts.ts";

interface LimitsOptions {
  readonly db?: string;
  readonly json?: boolean;
}

/** The profile in force: every rule and every figure with its citation and verification mark. */
export function limitsShow(options: LimitsOptions, io: Io): number {
  const profile = loadDefaultProfile();
  const hash = profileHash(profile);
  const accepted = isAcceptedIn(options.db ?? defaultJournalFile(), hash);
  const rules = RULES.map(({ id, tier, what, source, onSimulated }) => ({
    id,
    tier,
    what,
    source,
    onSimulated,
  }));
  if (options.json === true) {
    io.out(JSON.stringify({ hash, accepted, rules, profile }));
    return 0;
  }
  io.out(
    `limit profile ${hash.slice(0, 16)} · ${accepted ? "accepted" : "not accepted by anybody in this journal"}`,
  );
  for (const { id, tier, what, source } of rules)
    io.out(`  ${id.padEnd(7)} ${tier.padEnd(5)} ${what} [${source}]`);
  io.out("sources:");
  for (const [key, { citation, doi }] of Object.entries(profile.sources))
    io.out(`  ${key}: ${citation}${doi === null ? "" : ` doi:${doi}`}`);
  io.out(
    "Figures with their verification marks: `pulsetrain limits show --json`, and docs/safety.md.",
  );
  return 0;
}

/** Writes the acceptance of the profile in force into the journal. */
export function limitsAccept(options: LimitsOptions & { readonly by: string }, io: Io): number {
  const by = options.by.trim();
  if (by === "") throw new PulsetrainError("CLI_BAD_CALL", "--by: expected a name");
  const file = options.db ?? defaultJournalFile();
  const nowUtc = utcNow();
  const limitsHash = profileHash(loadDefaultProfile());
  const journal = openJournal(file, nowUtc);
  try {
    const session = `limits-${nowUtc.slice(0, 10)}-${randomBytes(3).toString("hex")}`;
    const body = {
      protocol: ACCEPTANCE,
      subject: "",
      simulated: false,
      documents: { limits: journal.putDocument(loadDefaultProfile()) },
    };
    const writer = journal.startSession({ session, tMs: 0, toUtcIso: () => nowUtc, body });
    const none = { planned: 0, delivered: 0, unknown: 0, skipped: 0 };
    writer.append(
      [
        { tMs: 0, kind: "limits.accepted", by, limitsHash },
        { tMs: 0, kind: "run.stop", status: "completed", ...none, detail: "" },
      ],
      { durable: true },
    );
    if (options.json === true)
      io.out(JSON.stringify({ accepted: limitsHash, by, journal: file, session }));
    else io.out(`profile ${limitsHash.slice(0, 16)} accepted by ${by} in ${file}`);
    return 0;
  } finally {
    journal.close();
  }
}

function isAcceptedIn(file: string, hash: string): boolean {
  if (!existsSync(file)) return false;
  const read = readJournal(file);
  try {
    return isAccepted(read, hash);
  } finally {
    read.close();
  }
}
