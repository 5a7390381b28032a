import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A script of this folder in a process of its own. */
export function startProcess(file: string, args: readonly string[] = []): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    serialization: "advanced",
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

/** Resolves with the next message; rejects when the process ends before it. */
export function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once("message", (message) => resolve(message as T));
    child.once("exit", (code, signal) => reject(new Error(`a process ended: ${signal ?? code}`)));
  });
}
