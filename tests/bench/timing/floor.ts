import { nextMessage, startProcess } from "./processes.ts";
import type { FloorWrite, FromFloor, ToFloor } from "./schedule.ts";

/** The bare loop in its own process. */
export interface Floor {
  go(order: Omit<Extract<ToFloor, { type: "go" }>, "type">): void;
  /** Resolves with what it wrote, one list a train; `isWhole` false: it stops where it is. */
  finish(isWhole: boolean): Promise<readonly (readonly FloorWrite[])[]>;
}

export function startFloor(): Floor {
  const child = startProcess("./floorLoop.ts");
  const answer = nextMessage<FromFloor>(child);
  answer.catch(() => undefined);
  let isGone = false;
  const send = (order: ToFloor): void => {
    if (child.connected) child.send(order);
  };
  return {
    go: (order) => {
      isGone = true;
      send({ type: "go", ...order });
    },
    async finish(isWhole) {
      if (!isGone) {
        child.kill();
        return [];
      }
      if (!isWhole) send({ type: "stop" });
      return (await answer).trains;
    },
  };
}
