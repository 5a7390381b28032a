import type { JournalReader } from "../../../journal/read.ts";

/** A picture of a report with the name of its file. */
export interface NamedPicture {
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}

/** Where epochs are read from. */
export type Documents = Pick<JournalReader, "document">;

/** Lower-case letters, digits and dashes: a name from the journal is no path. */
export function slug(words: string): string {
  const bare = words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 48);
  return bare === "" ? "unnamed" : bare;
}
