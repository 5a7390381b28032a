import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type ReplayReport, replaySession } from "../../src/app/replay/replaySession.ts";
import { type OpenJournal, readJournal } from "../../src/journal/read.ts";
import { expectLinear } from "./growth.ts";
import { ownFolder, runOnce, singlePulses } from "./running.ts";

const KOCH = "koch-2022-precuneus-24wk";

const folder = ownFolder();
const open: OpenJournal[] = [];
afterAll(() => {
  for (const journal of open) journal.close();
  folder.remove();
});

function reading(db: string): OpenJournal {
  const journal = readJournal(db);
  open.push(journal);
  return journal;
}

function replay(
  journal: OpenJournal,
  session: string,
  against: "simulator" | "recording",
): Promise<ReplayReport> {
  return replaySession(journal, session, { against, limits: "recorded", seed: null });
}

async function kochSessions(db: string, count: number): Promise<readonly string[]> {
  const sessions: string[] = [];
  for (let i = 1; i <= count; i += 1) {
    const { session, status, delivered } = await runOnce(KOCH, db, i);
    expect([status, delivered]).toEqual(["completed", 1600]);
    sessions.push(session);
  }
  return sessions;
}

describe("a journal with a course of twenty sessions", () => {
  const small = join(folder.path, "five.db");
  const large = join(folder.path, "twenty.db");
  const sessions: string[] = [];

  it("takes them all", async () => {
    await kochSessions(small, 5);
    sessions.push(...(await kochSessions(large, 20)));
    const listed = reading(large).list();
    expect(listed.map(({ session }) => session)).toEqual(sessions);
    expect(new Set(listed.map(({ status }) => status))).toEqual(new Set(["completed"]));
  });

  it("holds as a whole, and each session by itself", () => {
    const journal = reading(large);
    const counts = sessions.map((session) => [...journal.events(session)].length);
    const total = counts.reduce((sum, count) => sum + count, 0);
    expect(journal.verify()).toMatchObject({ ok: true, events: total });
    for (const [i, session] of sessions.entries())
      expect(journal.verify(session)).toMatchObject({ ok: true, events: counts[i] });
  });

  it("is verified in time that grows with its length and not with the square of it", async () => {
    const [five, twenty] = [reading(small), reading(large)];
    await expectLinear(
      "verify",
      () => five.verify(),
      () => twenty.verify(),
    );
  });

  it("replays its first and its last session, from the simulator and from the recording", async () => {
    const journal = reading(large);
    for (const session of [sessions.at(0) ?? "", sessions.at(-1) ?? ""])
      for (const against of ["simulator", "recording"] as const)
        expect((await replay(journal, session, against)).equal).toBe(true);
  });
});

describe("a session of three hours", () => {
  const short = { db: join(folder.path, "short.db"), session: "" };
  const long = { db: join(folder.path, "long.db"), session: "" };

  it("is recorded like one of three quarters of an hour", async () => {
    for (const [place, pulses] of [
      [short, 500],
      [long, 2000],
    ] as const) {
      const end = await runOnce(singlePulses(folder, pulses), place.db, 1);
      expect([end.status, end.delivered]).toEqual(["completed", pulses]);
      place.session = end.session;
    }
  });

  it("is read, verified and replayed in time that grows with its length alone", async () => {
    const [brief, hours] = [reading(short.db), reading(long.db)];
    await expectLinear(
      "verify",
      () => brief.verify(short.session),
      () => hours.verify(long.session),
    );
    await expectLinear(
      "read",
      () => [...brief.events(short.session)],
      () => [...hours.events(long.session)],
    );
    for (const against of ["simulator", "recording"] as const) {
      await expectLinear(
        `replay against the ${against}`,
        async () => expect((await replay(brief, short.session, against)).equal).toBe(true),
        async () => expect((await replay(hours, long.session, against)).equal).toBe(true),
      );
    }
  });
});
