import type { Outbox } from "./outbox.ts";
import type { RigParts } from "./rigParts.ts";

/** Raw traffic stands in the journal before the events that came of it. */
export function withWire(outbox: Outbox, takeWire: RigParts["takeWire"]): Outbox {
  const take = (): void => {
    for (const wire of takeWire()) outbox.emit(wire);
  };
  return {
    emit: outbox.emit,
    stored: outbox.stored,
    emitDurable(events) {
      take();
      return outbox.emitDurable(events);
    },
    flush() {
      take();
      outbox.flush();
    },
  };
}
