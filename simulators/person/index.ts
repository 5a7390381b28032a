import type { PersonModule } from "../../src/contract/simulator.ts";
import { createPerson, type PersonWithTruth } from "./person.ts";
import { SUBJECTS, subjectOf } from "./subjects.ts";

export type { HowFelt, PersonWithTruth, Truth } from "./person.ts";

/** Simulated persons: pulses and nerve stimuli in, muscles and brain at the electrodes out. */
export const person: PersonModule & {
  create(options: Parameters<PersonModule["create"]>[0]): PersonWithTruth;
} = {
  subjects: SUBJECTS,
  create: ({ subject, ...options }) => createPerson({ subject: subjectOf(subject), ...options }),
};
