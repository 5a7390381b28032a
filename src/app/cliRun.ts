import { type Command, Option } from "commander";
import { gather, wholeNumber } from "./cliOptions.ts";
import type { CheckOptions } from "./commands/check.ts";
import type { RunOptions } from "./commands/run.ts";
import { processIo } from "./io.ts";

function withSetup(command: Command): Command {
  return command
    .option("--rig <file>", "rig file (default: everything simulated)")
    .option("--session <file>", "session file: operator, subject, thresholds, screening, checklist")
    .option("--subject <name>", "simulated person (default: healthy-older)")
    .option(
      "--threshold <name=percent>",
      "RMT=45, AMT=38 or 1mV=55, in %MSO; simulated rigs only; repeatable",
      gather,
    )
    .option(
      "--method <name=method>",
      "how RMT, AMT or 1mV is measured when nobody gave it, as in RMT=mills-nithi; repeatable",
      gather,
    )
    .option("--latency <name=ms>", "N20=19.5, in ms; repeatable", gather)
    .option("--seed <n>", "seed of everything random (default: drawn and recorded)", wholeNumber)
    .option("--db <file>", "journal (default: pulsetrain.db in the user's data folder)")
    .option("--json", "JSON on stdout, words on stderr");
}

/** `run`, `stop`, `check`: what reaches, or would reach, a stimulator. */
export function addRunCommands(program: Command, done: (exit: number) => void): void {
  withSetup(
    program.command("run").argument("<protocol>", "a .yaml, .json or .ts file, or a library name"),
  )
    .description("the main job: check, arm, deliver, record")
    .addOption(
      new Option("--speed <speed>", "`max` runs on the virtual clock")
        .choices(["real", "max"])
        .default("real"),
    )
    .option(
      "--discharges <file>",
      "append what the simulated stimulator of this run delivers, a JSON line a pulse",
    )
    .option(
      "--fault <kind[@when]>",
      "a fault of the simulated stimulator of this run; repeatable",
      gather,
    )
    .addHelpText(
      "after",
      "\nExample:\n  npx pulsetrain run koch-2022-precuneus-24wk --threshold RMT=45 --speed max\n\nWhile it runs: p or SIGUSR1 pauses at the next train border and again resumes; Ctrl-C stops and disarms.",
    )
    .action(async (name: string, options: RunOptions) => {
      const { runCommand } = await import("./commands/run.ts");
      done(await runCommand(name, options, processIo()));
    });

  withSetup(
    program.command("check").argument("<protocol>", "a .yaml or .json file, or a library name"),
  )
    .description(
      "the same checks as `run`, with nothing armed; exit 0 when `run` would start, else 3",
    )
    .option("--svg <file>", "write a picture of the timeline")
    .option(
      "--models",
      "every stimulator there is a driver for: what would be delivered and by whose clock, or why not",
    )
    .addHelpText(
      "after",
      "\nExample:\n  npx pulsetrain check koch-2022-precuneus-24wk --threshold RMT=45 --svg timeline.svg",
    )
    .action(async (name: string, options: CheckOptions) => {
      const { checkCommand } = await import("./commands/check.ts");
      done(await checkCommand(name, options, processIo()));
    });

  program
    .command("stop")
    .argument("[session]", "default: every run on this machine")
    .description(
      "stop a run from another terminal or a pedal script: latched, at once, needs no rights",
    )
    .option("--json", "JSON on stdout")
    .addHelpText("after", "\nExample:\n  npx pulsetrain stop")
    .action(async (session: string | undefined, options: { readonly json?: boolean }) => {
      const { stopCommand } = await import("./commands/stop.ts");
      done(await stopCommand(session, options, processIo()));
    });
}
