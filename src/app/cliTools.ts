import { type Command, Option } from "commander";
import { gather, wholeNumber } from "./cliOptions.ts";
import type { DoctorOptions } from "./commands/doctor.ts";
import type { SimulateCliOptions } from "./commands/simulate.ts";
import type { DecodeCliOptions } from "./commands/wireDecode.ts";
import type { WireShowOptions } from "./commands/wireShow.ts";
import { processIo } from "./io.ts";

/** `limits`, `protocols`, `doctor`, `simulate`, `wire`: what needs no session. */
export function addToolCommands(program: Command, done: (exit: number) => void): void {
  addLimits(program, done);
  addProtocols(program, done);
  addDoctor(program, done);
  addSimulate(program, done);
  addWire(program, done);
}

function addLimits(program: Command, done: (exit: number) => void): void {
  const limits = program.command("limits").description("the limit profile in force");
  limits
    .command("show")
    .description("rules and figures with citations and verification marks")
    .option("--db <file>", "journal that holds the acceptance")
    .option("--json", "JSON on stdout")
    .addHelpText("after", "\nExample:\n  npx pulsetrain limits show")
    .action(async (options: { readonly db?: string; readonly json?: boolean }) => {
      const { limitsShow } = await import("./commands/limits.ts");
      done(limitsShow(options, processIo()));
    });
  limits
    .command("accept")
    .description("a named person accepts the profile in force; real rigs need it")
    .requiredOption("--by <name>", "who accepts")
    .option("--db <file>", "journal")
    .option("--json", "JSON on stdout")
    .addHelpText("after", '\nExample:\n  npx pulsetrain limits accept --by "Dr A. Example"')
    .action(
      async (options: { readonly by: string; readonly db?: string; readonly json?: boolean }) => {
        const { limitsAccept } = await import("./commands/limits.ts");
        done(limitsAccept(options, processIo()));
      },
    );
}

function addProtocols(program: Command, done: (exit: number) => void): void {
  program
    .command("protocols")
    .argument("[name]", "one entry in full")
    .description("the library of published protocols, with citations and what is verified")
    .option("--json", "JSON on stdout")
    .addHelpText("after", "\nExample:\n  npx pulsetrain protocols koch-2022-precuneus-24wk")
    .action(async (name: string | undefined, options: { readonly json?: boolean }) => {
      const { protocolsCommand } = await import("./commands/protocols.ts");
      done(protocolsCommand(name, options, processIo()));
    });
}

function addDoctor(program: Command, done: (exit: number) => void): void {
  program
    .command("doctor")
    .description(
      "ports, permissions, clock; with a rig also each device step by step, with a verdict and a cure; never arms, never fires",
    )
    .option("--rig <file>", "rig file whose devices are to be asked")
    .option("--json", "JSON on stdout")
    .addHelpText(
      "after",
      "\nTakes the port for some seconds: not while a session runs. Exit 4 when a step of a device fails.\n\nExample:\n  npx pulsetrain doctor --rig bench.yaml",
    )
    .action(async (options: DoctorOptions) => {
      const { doctorCommand } = await import("./commands/doctor.ts");
      done(await doctorCommand(options, processIo()));
    });
}

function addSimulate(program: Command, done: (exit: number) => void): void {
  program
    .command("simulate")
    .argument("[model]", "see --list")
    .description(
      "a device simulator for other programs, on a pseudo-terminal, a TCP port or UDP, in real time",
    )
    .option("--list", "models, one a line")
    .option("--link <path>", "symbolic link to the pseudo-terminal")
    .option("--tcp <port>", "TCP port on the loopback instead; 0 picks one", wholeNumber)
    .option("--udp <host:port>", "datagrams to there instead, as a NeurOne sends them")
    .option("--udp-listen <port>", "where it hears joins (default: 5050); 0 picks one", wholeNumber)
    .option("--discharges <file>", "append a JSON line a discharge")
    .option("--seed <n>", "seed", wholeNumber)
    .option(
      "--rig <file>",
      "all devices of a simulated rig instead of one model, wired to each other",
    )
    .option("--folder <path>", "with --rig: where the links go, and a rig.yaml that leads to them")
    .option("--subject <name>", "with --rig: the person in the chair", "healthy-older")
    .option("--software-version <v>", "such as 9.0 (default: a recent one)")
    .option("--unlock-code <code>", "the code that this unit wants; invented ones only")
    .addOption(
      new Option("--mains <volts>", "mains voltage").choices(["240", "115"]).default("240"),
    )
    .option("--fault <kind[@when]>", "KIND, KIND@SECONDS or KIND@pulse:N; repeatable", gather)
    .option("--option <key=value>", "an option of the simulator; repeatable", gather)
    .option("--json", "JSON on stdout")
    .addHelpText(
      "after",
      "\nPrints `ready PATH` when it can be opened; ends on SIGINT or SIGTERM.\nLines on stdin: `fault KIND`, `trigger`, `panel ORDER` (a hand at the device).\nWith --rig also `coil SITE`, `contract PART`, and `PLACE ORDER` for another device than the stimulator.\n\nExample:\n  npx pulsetrain simulate magstim-super-rapid2 --link /tmp/rapid --discharges d.jsonl",
    )
    .action(async (model: string | undefined, options: SimulateCliOptions) => {
      const { simulateCommand } = await import("./commands/simulate.ts");
      done(await simulateCommand(model, options, processIo()));
    });
}

function addWire(program: Command, done: (exit: number) => void): void {
  const wire = program.command("wire").description("bytes on a cable");
  wire
    .command("show")
    .argument("<session>")
    .description("what passed the cable of a recorded session, frame by frame, with time stamps")
    .option("--db <file>", "journal (default: pulsetrain.db in the user's data folder)")
    .addOption(
      new Option("--port <name>", "another cable than the stimulator's").choices([
        "trigger",
        "markers",
        "nerve",
      ]),
    )
    .option("--json", "a JSON object a frame")
    .addHelpText("after", "\nExample:\n  npx pulsetrain wire show SESSION")
    .action(async (session: string, options: WireShowOptions) => {
      const { wireShow } = await import("./commands/wireShow.ts");
      done(await wireShow(session, options, processIo()));
    });
  wire
    .command("decode")
    .description(
      "hex on stdin, each line a complete capture; what each frame means and what was discarded",
    )
    .requiredOption("--device <model>", "whose wire format")
    .addOption(
      new Option("--direction <who>", "who sent it")
        .choices(["host", "device"])
        .makeOptionMandatory(),
    )
    .option("--software-version <v>", "of the device, where lengths depend on it")
    .option("--high-resolution", "read BiStim intervals in tenths of a millisecond")
    .option("--json", "a JSON object a frame")
    .addHelpText(
      "after",
      "\nExample:\n  echo 5c4063 | npx pulsetrain wire decode --device magstim-rapid2 --direction host --json",
    )
    .action(async (options: DecodeCliOptions) => {
      const { wireDecode } = await import("./commands/wireDecode.ts");
      done(await wireDecode(options, processIo()));
    });
}
