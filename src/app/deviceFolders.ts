import { existsSync, readdirSync } from "node:fs";

/**
 * What the `index.ts` of each folder in `folder` exports under `name`, in order of the folders'
 * names. Adding a device is adding a folder; nothing here is edited. Folders without it are passed over.
 */
export async function loadDeviceFolders<M>(folder: URL, name: string): Promise<readonly M[]> {
  const indexes = readdirSync(folder)
    .sort()
    .map((entry) => new URL(`${entry}/index.ts`, folder))
    .filter((index) => existsSync(index));
  const modules = await Promise.all(
    indexes.map(async (index) => (await import(index.href)) as Readonly<Record<string, M>>),
  );
  return modules.flatMap((module) => {
    const found = module[name];
    return found === undefined ? [] : [found];
  });
}
