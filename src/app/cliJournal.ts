import { type Command, Option } from "commander";
import { processIo } from "./io.ts";

interface DbOptions {
  readonly db?: string;
  readonly json?: boolean;
}

function withDb(command: Command): Command {
  return command
    .option("--db <file>", "journal (default: pulsetrain.db in the user's data folder)")
    .option("--json", "JSON on stdout");
}

/** `journal`, `report` and `replay`: what was written down. */
export function addJournalCommands(program: Command, done: (exit: number) => void): void {
  const journal = program.command("journal").description("the append-only, hash-chained record");
  withDb(journal.command("list"))
    .description("one session a line, oldest first")
    .addHelpText("after", "\nExample:\n  npx pulsetrain journal list --json")
    .action(async (options: DbOptions) => {
      const { journalList } = await import("./commands/journal.ts");
      done(await journalList(options, processIo()));
    });
  withDb(journal.command("show").argument("<session>"))
    .description("one event a line, in order")
    .addHelpText("after", "\nExample:\n  npx pulsetrain journal show 20261123-064501-3f9a --json")
    .action(async (session: string, options: DbOptions) => {
      const { journalShow } = await import("./commands/journal.ts");
      done(await journalShow({ ...options, session }, processIo()));
    });
  withDb(journal.command("verify").argument("[session]"))
    .description("prove the chain; exit 2 when it does not hold")
    .addHelpText("after", "\nExample:\n  npx pulsetrain journal verify")
    .action(async (session: string | undefined, options: DbOptions) => {
      const { journalVerify } = await import("./commands/journal.ts");
      done(
        await journalVerify(session === undefined ? options : { ...options, session }, processIo()),
      );
    });
  withDb(journal.command("recompute").argument("<session>"))
    .description("measure everything again from the stored samples; exit 2 when a number differs")
    .addHelpText("after", "\nExample:\n  npx pulsetrain journal recompute SESSION")
    .action(async (session: string, options: DbOptions) => {
      const { journalRecompute } = await import("./commands/journal.ts");
      done(journalRecompute({ ...options, session }, processIo()));
    });
  withDb(journal.command("fingerprint").argument("<session>"))
    .description("one hash of what happened, the same for the same visit with the same seed")
    .addHelpText("after", "\nExample:\n  npx pulsetrain journal fingerprint SESSION")
    .action(async (session: string, options: DbOptions) => {
      const { journalFingerprint } = await import("./commands/journal.ts");
      done(journalFingerprint({ ...options, session }, processIo()));
    });
  withDb(journal.command("resolve").argument("<session>"))
    .description("acknowledge open intents or a latched stop after a crash")
    .requiredOption("--by <name>", "who acknowledges")
    .requiredOption("--note <text>", "what was found")
    .addHelpText(
      "after",
      '\nExample:\n  npx pulsetrain journal resolve 20261123-064501-3f9a --by "A. Example" --note "coil unplugged, subject well"',
    )
    .action(
      async (
        session: string,
        options: DbOptions & { readonly by: string; readonly note: string },
      ) => {
        const { journalResolve } = await import("./commands/journal.ts");
        done(await journalResolve({ ...options, session }, processIo()));
      },
    );
  journal
    .command("salvage")
    .argument("<file>")
    .description("recover what can be read of a damaged journal into a new file")
    .option("--json", "JSON on stdout")
    .addHelpText("after", "\nExample:\n  npx pulsetrain journal salvage pulsetrain.db")
    .action(async (file: string, options: { readonly json?: boolean }) => {
      const { journalSalvage } = await import("./commands/journal.ts");
      done(await journalSalvage({ ...options, file }, processIo()));
    });

  withDb(program.command("report").argument("<session>"))
    .description("one self-contained page of a session: plan, timing, measures, limits, proof")
    .requiredOption("--out <file>", "the page, HTML")
    .option("--svg <folder>", "its pictures as files too")
    .addHelpText(
      "after",
      "\nExample:\n  npx pulsetrain report 20261123-064501-3f9a --out report.html --svg pictures",
    )
    .action(
      async (
        session: string,
        options: DbOptions & { readonly out: string; readonly svg?: string },
      ) => {
        const { reportCommand } = await import("./commands/report.ts");
        done(reportCommand(session, options, processIo()));
      },
    );

  withDb(program.command("replay").argument("<session>"))
    .description(
      "run a recorded session again on the virtual clock and compare event by event; opens no port",
    )
    .addOption(
      new Option("--against <what>", "the simulator, or the recorded device bytes")
        .choices(["simulator", "recording"])
        .default("simulator"),
    )
    .addOption(
      new Option("--limits <which>", "limits as recorded, or as installed")
        .choices(["recorded", "installed"])
        .default("recorded"),
    )
    .option("--seed <n>", "replay with another seed, to see what depends on it")
    .addHelpText(
      "after",
      "\nExample:\n  npx pulsetrain replay 20261123-064501-3f9a --against recording",
    )
    .action(
      async (
        session: string,
        options: DbOptions & {
          readonly against: "simulator" | "recording";
          readonly limits: "recorded" | "installed";
          readonly seed?: string;
        },
      ) => {
        const { replayCommand } = await import("./commands/replay.ts");
        done(await replayCommand(session, options, processIo()));
      },
    );
}
