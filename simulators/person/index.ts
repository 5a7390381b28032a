import type { PersonModule } from "../../src/contract/simulator.ts";
import { createPerson, type PersonWithTruth } from "./person.ts";
import { SUBJECTS, subjectOf } from "./subjects.ts";

export type { HowFelt, PersonWithTruth, Truth } from "./person.ts";

export interface PersonModuleWithTruth extends PersonModule {
  create(options: Parameters<PersonModule["create"]>[0]): PersonWithTruth;
}

/** Simulated persons: pulses and nerve stimuli in, muscles and brain at the electrodes out. */
export const person: PersonModuleWithTruth = {
  subjects: SUBJECTS,
  create: ({ subject, ...options }) => createPerson({ subject: subjectOf(subject), ...options }),
};
