import type { ChildProcess } from "node:child_process";
import type { FromRig, Line, ToRig } from "../../engine/messages.ts";
import { readFromRig, readToRig } from "./rigMessages.ts";

/**
 * Two ends in one process, for the virtual clock and for tests. Messages leave in order on a
 * microtask, so that a listener never runs inside its sender.
 */
export function linePair(): {
  readonly main: Line<ToRig, FromRig>;
  readonly rig: Line<FromRig, ToRig>;
  cut(detail: string): void;
} {
  const toRig: ((message: ToRig) => void)[] = [];
  const toMain: ((message: FromRig) => void)[] = [];
  const closed: ((detail: string) => void)[] = [];
  let open = true;
  const post = <M>(listeners: readonly ((message: M) => void)[], message: M): void => {
    queueMicrotask(() => {
      if (open) for (const listener of listeners) listener(message);
    });
  };
  const onClosed = (listener: (detail: string) => void): void => {
    closed.push(listener);
  };
  return {
    main: {
      send: (message) => post(toRig, message),
      onMessage: (listener) => toMain.push(listener),
      onClosed,
    },
    rig: {
      send: (message) => post(toMain, message),
      onMessage: (listener) => toRig.push(listener),
      onClosed,
    },
    cut(detail) {
      open = false;
      for (const listener of closed) listener(detail);
    },
  };
}

/**
 * The parent's end of a forked rig process. A message that cannot be read ends the line: nobody
 * knows what such a process is doing, and without its parent it disarms.
 */
export function childLine(child: ChildProcess): Line<ToRig, FromRig> {
  let unread: (detail: string) => void = () => undefined;
  return {
    send(message) {
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage(listener) {
      child.on("message", (message) => {
        const read = readFromRig(message);
        if (read.ok) return listener(read.value);
        unread(`the rig process sent what cannot be read (${read.error})`);
        if (child.connected) child.disconnect();
      });
    },
    onClosed(listener) {
      let told = false;
      const tell = (detail: string): void => {
        if (told) return;
        told = true;
        listener(detail);
      };
      unread = tell;
      child.on("exit", (code, signal) =>
        tell(`the rig process ended (${signal ?? `exit ${code}`})`),
      );
      child.on("error", (error) => tell(error.message));
    },
  };
}

/** The rig process's own end. A message that cannot be read is taken for the order to stop. */
export function parentLine(): Line<FromRig, ToRig> {
  return {
    send(message) {
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    onMessage(listener) {
      process.on("message", (message) => {
        const read = readToRig(message);
        const by = read.ok ? "" : `a message of the parent that cannot be read (${read.error})`;
        listener(read.ok ? read.value : { type: "stop", by });
      });
    },
    onClosed(listener) {
      process.on("disconnect", () => listener("the channel closed"));
    },
  };
}
