import type { z } from "zod";

/** One thing wrong with a protocol file, with the place to mend. Lines and columns count from 1. */
export interface FileProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `blocks[1].pattern.trains`; empty for the file as a whole. */
  readonly field: string;
  readonly expected: string;
  readonly got: string;
}

/** What a schema has to say, before its place in the file is known. */
export interface FieldProblem {
  readonly path: readonly PropertyKey[];
  readonly expected: string;
  /** True when the key itself is wrong, so that the place to point at is the key, not its value. */
  readonly atKey: boolean;
}

/** Flattens the issues of a schema: a problem for each unknown key, the best branch of a union. */
export function fieldProblems(
  issues: readonly z.core.$ZodIssue[],
  base: readonly PropertyKey[] = [],
): readonly FieldProblem[] {
  return issues.flatMap((issue): readonly FieldProblem[] => {
    const path = [...base, ...issue.path];
    if (issue.code === "unrecognized_keys") {
      const advice = issue.message.split("\n");
      return issue.keys.map((key, i) => ({
        path: [...path, key],
        expected: advice[i] ?? issue.message,
        atKey: true,
      }));
    }
    if (issue.code === "invalid_union" && issue.errors.length > 0) {
      const branch = likeliestBranch(issue.errors);
      if (branch !== null) return fieldProblems(branch, path);
    }
    return [{ path, expected: issue.message, atKey: false }];
  });
}

/**
 * The branch of a union that the author meant: the one whose own keys are there, that is with
 * nothing wrong at its top level, else with the fewest missing or foreign keys. Null when no
 * branch stands out, as for a value of the wrong kind.
 */
function likeliestBranch(
  branches: readonly (readonly z.core.$ZodIssue[])[],
): readonly z.core.$ZodIssue[] | null {
  const scored = branches
    .filter(
      (issues) =>
        !issues.some((issue) => issue.path.length === 0 && issue.code !== "unrecognized_keys"),
    )
    .map((issues) => ({ issues, misfit: issues.reduce((sum, issue) => sum + misfit(issue), 0) }))
    .sort((a, b) => a.misfit - b.misfit);
  const [best, second] = scored;
  if (best === undefined || (second !== undefined && second.misfit === best.misfit)) return null;
  return best.issues;
}

function misfit(issue: z.core.$ZodIssue): number {
  if (issue.code === "unrecognized_keys")
    return issue.path.length === 0 ? 2 * issue.keys.length : 0;
  return issue.path.length === 1 ? 1 : 0;
}

/** `blocks[1].pattern.trains` of a path. */
export function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) =>
      typeof part === "number" ? `[${part}]` : `${i === 0 ? "" : "."}${String(part)}`,
    )
    .join("");
}

/** A value in few words, for "got". */
export function inWords(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  // One level is enough to recognise it, and a value may contain itself through an alias.
  const shallow = (key: string, member: unknown): unknown =>
    key !== "" && typeof member === "object" && member !== null ? "..." : member;
  const json = JSON.stringify(value, shallow) ?? String(value);
  return json.length <= 60 ? json : `${json.slice(0, 57)}...`;
}

/** `file.yaml:4:7 pattern.trains: expected ..., got ...` */
export function problemLine(problem: FileProblem): string {
  const field = problem.field === "" ? "" : ` ${problem.field}:`;
  return `${problem.file}:${problem.line}:${problem.column}${field} expected ${problem.expected}, got ${problem.got}`;
}
