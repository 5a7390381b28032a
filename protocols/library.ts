import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Result } from "../src/base/result.ts";
import type { FileProblem } from "./problems.ts";
import type { Category, Protocol } from "./types.ts";

const FOLDER = new URL("./library/", import.meta.url);

/** What a listing shows of an entry. */
export interface LibraryEntry {
  readonly id: string;
  readonly name: string;
  readonly category: Category;
  /** First author and year. */
  readonly source: string;
  readonly target: readonly string[];
  readonly maxTier: string;
}

/** Names of the library, sorted. */
export function libraryNames(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/**
 * All entries for a listing. The files are our own and a test reads each with the schema, so that
 * a listing does without the schema library and its loading time.
 */
export function listLibrary(): readonly LibraryEntry[] {
  return libraryNames().map((name) => {
    const file = JSON.parse(readLibraryText(name)) as Pick<
      Protocol,
      "id" | "name" | "category" | "target"
    > & {
      readonly citation: { readonly authors: string; readonly year: number | null };
      readonly publishedFlags: { readonly maxTier: string };
    };
    const { authors, year } = file.citation;
    // A group in brackets has no first author.
    const first = authors.startsWith("(")
      ? authors.replace(/[()]/g, "")
      : (authors.split(/[ ,]/)[0] ?? authors);
    return {
      id: file.id,
      name: file.name,
      category: file.category,
      source: year === null ? first : `${first} ${year}`,
      target: file.target,
      maxTier: file.publishedFlags.maxTier,
    };
  });
}

/** Path of an entry, for messages and for copying it as a start of one's own. */
export function libraryPath(name: string): string {
  return fileURLToPath(new URL(`${name}.json`, FOLDER));
}

/** The text of an entry. Throws when there is none of this name: ask `libraryNames` first. */
export function readLibraryText(name: string): string {
  return readFileSync(new URL(`${name}.json`, FOLDER), "utf8");
}

/** One entry of the library, read through the schema like any other file. */
export async function loadLibrary(name: string): Promise<Result<Protocol, readonly FileProblem[]>> {
  const { parseProtocolText } = await import("./parse.ts");
  return parseProtocolText(readLibraryText(name), libraryPath(name));
}
