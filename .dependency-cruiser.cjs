/**
 * The layer rules of docs/architecture.md. `tests/architecture` runs this file over the tree and
 * over a canary that breaks each rule, so that a silent pass cannot happen. `src/index.ts`, the
 * package's public entry, stands above the app.
 */
const src = (...names) => `^(canary/)?src/(${names.join("|")})/`;
const root = "(canary/)?";

/** Each layer of `src` may import only those before it. */
const ORDER = [
  ["contract"],
  ["errors"],
  ["base", "wire", "time"],
  ["safety"],
  ["io"],
  ["journal", "recording", "analysis"],
  ["engine"],
  ["app"],
];
const layerRules = ORDER.slice(0, -1).map((layer, index) => ({
  name: `src-${layer.join("-")}-imports-only-to-its-left`,
  severity: "error",
  from: { path: src(...layer) },
  to: { path: src(...ORDER.slice(index + 1).flat()) },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "contract-imports-nothing-of-ours",
      severity: "error",
      from: { path: src("contract") },
      to: { path: `^${root}(src/(?!contract/)|drivers|protocols|simulators|tests)` },
    },
    {
      name: "nothing-imports-app",
      severity: "error",
      from: { path: `^${root}(src/(?!app/|index\\.ts$)|drivers|protocols|simulators)` },
      to: { path: src("app") },
    },
    {
      name: "drivers-see-only-mechanism-and-permits",
      severity: "error",
      from: { path: `^${root}drivers/` },
      to: {
        path: `^${root}(src/(safety/(?!permit\\.ts)|io|journal|engine|app)|simulators|protocols|tests)`,
      },
    },
    {
      name: "simulators-share-nothing-with-drivers",
      severity: "error",
      from: { path: `^${root}simulators/` },
      to: { path: `^${root}(drivers|protocols|tests|src/(wire|safety|io|journal|engine|app))/` },
    },
    {
      name: "protocols-see-only-contract-and-base",
      severity: "error",
      from: { path: `^${root}protocols/` },
      to: { path: `^${root}(drivers|simulators|tests|src/(?!contract/|errors/|base/))` },
    },
    {
      name: "analysis-is-arithmetic",
      severity: "error",
      from: { path: src("analysis") },
      to: { path: src("wire", "safety", "io", "journal", "recording") },
    },
    {
      name: "analysis-does-no-input-or-output",
      severity: "error",
      from: { path: src("analysis") },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "src-below-app-knows-no-device-and-no-protocol",
      severity: "error",
      from: { path: `^${root}src/(?!app/|index\\.ts$)` },
      to: { path: `^${root}(drivers|protocols|simulators)/` },
    },
    {
      name: "only-the-engine-opens-the-gate",
      severity: "error",
      from: {
        path: `^${root}(src|drivers|protocols|simulators)/`,
        pathNot: src("engine", "safety"),
      },
      to: { path: `^${root}src/safety/(gate|receipts)\\.ts$` },
    },
    {
      name: "replay-cannot-reach-a-port",
      severity: "error",
      from: { path: `^${root}src/app/replay/` },
      to: {
        path: `^${root}src/io/(serialPort|tcpPort|openPort|safeBinding)\\.ts$`,
        reachable: true,
      },
    },
    {
      name: "tests-are-imported-by-nobody",
      severity: "error",
      from: { path: `^${root}(src|drivers|protocols|simulators)/` },
      to: { path: `^${root}tests/` },
    },
    {
      name: "shipped-code-needs-no-dev-dependency",
      severity: "error",
      from: { path: `^${root}(src|drivers|protocols|simulators)/` },
      to: { dependencyTypes: ["npm-dev"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: `${__dirname}/tsconfig.json` },
    enhancedResolveOptions: { extensions: [".ts", ".mjs", ".js", ".json"] },
  },
};
