import { Command, CommanderError } from "commander";
import { isPulsetrainError } from "../errors/pulsetrainError.ts";
import { addJournalCommands } from "./cliJournal.ts";
import { addRunCommands } from "./cliRun.ts";
import { addToolCommands } from "./cliTools.ts";
import { errorWords } from "./errorWords.ts";
import { drained, processIo, surviveLostReaders } from "./io.ts";
import { PACKAGE_VERSION } from "./version.ts";

/** Parses the arguments, runs one command and ends the process with the exit code of the contract. */
export async function main(args: readonly string[]): Promise<never> {
  surviveLostReaders();
  let exit = 0;
  const done = (code: number): void => {
    exit = code;
  };
  const program = new Command("pulsetrain")
    .description(
      "Middleware between a TMS protocol and a stimulator. Research software, not a medical device.",
    )
    .version(PACKAGE_VERSION, "-V, --version", "the version of pulsetrain")
    .showHelpAfterError("(see --help)")
    .exitOverride();
  addRunCommands(program, done);
  addJournalCommands(program, done);
  addToolCommands(program, done);
  for (const command of program.commands) inheritExit(command);
  try {
    await program.parseAsync(["node", "pulsetrain", ...args]);
  } catch (error) {
    exit = await exitOf(error);
  }
  await drained();
  // Left to itself, Node takes its signal listeners away first, and a signal of those last
  // milliseconds would end the process by another code.
  process.exit(exit);
}

function inheritExit(command: Command): void {
  command.exitOverride().showHelpAfterError("(see --help)");
  for (const child of command.commands) inheritExit(child);
}

async function exitOf(error: unknown): Promise<number> {
  const io = processIo();
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (isPulsetrainError(error)) {
    io.err(`pulsetrain: ${await errorWords(error.code, error.detail)}`);
    return error.exit;
  }
  io.err(
    `pulsetrain: a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return 1;
}
