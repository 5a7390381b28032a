import { expect, test } from "vitest";
import {
  dataFolder,
  defaultJournalFile,
  ledgerFile,
  type UserPlace,
} from "../../src/journal/dataFolder.ts";

const at = (platform: NodeJS.Platform, env: UserPlace["env"] = {}): UserPlace => ({
  platform,
  home: "/home/lab",
  env,
});

test("the data folder follows the custom of each system", () => {
  expect(dataFolder(at("linux"))).toBe("/home/lab/.local/share/pulsetrain");
  expect(dataFolder(at("linux", { XDG_DATA_HOME: "/data" }))).toBe("/data/pulsetrain");
  expect(dataFolder(at("linux", { XDG_DATA_HOME: "relative" }))).toBe(
    "/home/lab/.local/share/pulsetrain",
  );
  expect(dataFolder(at("darwin", { XDG_DATA_HOME: "/data" }))).toBe(
    "/home/lab/Library/Application Support/pulsetrain",
  );
  expect(dataFolder(at("win32", { LOCALAPPDATA: "/local" }))).toBe("/local/pulsetrain");
});

test("journal and ledger are different files in it", () => {
  expect(defaultJournalFile(at("linux"))).toBe("/home/lab/.local/share/pulsetrain/pulsetrain.db");
  expect(ledgerFile(at("linux"))).toBe("/home/lab/.local/share/pulsetrain/ledger.db");
});
