/**
 * What a session script or another program may rely on: builders of protocols and the types of a
 * session. Commands are the other way in; nothing else of the package is public.
 */
export * from "../protocols/build.ts";
export type { Protocol } from "../protocols/types.ts";
export type { SessionApi, SessionScript } from "./app/run/script.ts";
export type { Dose, Plan } from "./contract/dose.ts";
export type { JournalEvent, PulseCounts, StoredEvent } from "./contract/events.ts";
