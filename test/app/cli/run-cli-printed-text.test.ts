import { createServer } from "node:http";
import { describe, expect, test } from "vitest";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { createMemorySource } from "../../../src/adapters/memory/source.ts";
import { YAML_VIEW_EDITOR } from "../../../src/adapters/yaml/add-columns.ts";
import type { CommandDeps, ProcessIo } from "../../../src/app/cli/commands/command.ts";
import { runCli } from "../../../src/app/cli/run-cli.ts";
import { makeTextVisible } from "../../../src/lib/visible-text.ts";
import { CatalogSourceError, type CatalogSourcePort } from "../../../src/ports/catalog-source-port.ts";
import { DatabaseError, type DescribedDatabase } from "../../../src/ports/database-port.ts";
import { FileWriteError } from "../../../src/ports/file-write-error.ts";
import { KeyringError } from "../../../src/ports/keyring-port.ts";
import type { ViewEditor } from "../../../src/ports/view-editor-port.ts";
import type { ViewFilesPort } from "../../../src/ports/view-files-port.ts";
import { listenLoopback } from "../../support/listen-loopback.ts";

/** What a file, a view or a service may call itself: lines of a CI log, and what a terminal obeys. */
const HOSTILE = "x\n::error::forged\r\x1b[31m\x9b31m\x85\u2028\u202e";
/** How it is written in YAML. */
const QUOTED = JSON.stringify(HOSTILE).replaceAll(
  /[\x7f-\uffff]/g,
  (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
);
const HASH = "0".repeat(64);

const never = (): never => expect.fail("Nothing asks for this");
const view = (column: string): string =>
  `identifiers: []\ncolumns: [${column}, ${QUOTED}]\n${QUOTED}: ${column}\n`;
const valid = (column = "a"): CatalogSourcePort => createMemorySource({ "a.yaml": view(column) }, HOSTILE);
const invalid = createMemorySource({ [`${HOSTILE}.yaml`]: "columns: 1\n" }, HOSTILE);
const unreadable: CatalogSourcePort = {
  ...invalid,
  load: async () => {
    throw new CatalogSourceError(HOSTILE, "unreadable", `${HOSTILE} cannot be read`);
  },
};
const database = (error?: DatabaseError): DescribedDatabase => ({
  name: HOSTILE,
  load: async () => (error === undefined ? [HOSTILE, 1] : Promise.reject(error)),
  columns: async (names) => new Map(names.map((name) => [name, error ?? [HOSTILE]])),
  relations: async () => {
    if (error !== undefined) throw error;
    return new Map([[HOSTILE, { kind: "view", columns: [{ name: HOSTILE, type: HOSTILE }], key: [] }]]);
  },
  close: async () => undefined,
});
const PLACEHOLDER = `# mosaic new: ${HOSTILE}`;
const viewFiles: ViewFilesPort = {
  list: async () => [{ path: HOSTILE, file: HOSTILE, bytes: new TextEncoder().encode(PLACEHOLDER) }],
  create: async () => ({ kind: "created", file: HOSTILE }),
  replace: async () => undefined,
};
const viewEditor: ViewEditor = {
  ...YAML_VIEW_EDITOR,
  read: () => ({ entity: HOSTILE, columns: [] }),
  addColumns: () => ({
    kind: "added",
    names: [HOSTILE],
    bytes: new Uint8Array(),
    before: HOSTILE,
    edits: [{ start: 0, end: 0, text: HOSTILE }],
  }),
};
const unquoted = new TextEncoder().encode("identifiers: [no]\ncolumns: [no, 012]\n# \u001b");
const files = { ...viewFiles, list: async () => [{ path: "a.yaml", file: HOSTILE, bytes: unquoted }] };
const unwritable = { ...viewFiles, create: () => Promise.reject(new FileWriteError(HOSTILE, HOSTILE)) };
const failure = new DatabaseError("rejected", HOSTILE, { databaseMessage: HOSTILE });

async function hostileCache() {
  const cache = createMemoryCache();
  const bytes = (text: string) => new TextEncoder().encode(text);
  await cache.publish({
    entries: [
      { key: "views:loaded", value: bytes("1") },
      { key: "views:hash", value: bytes(HOSTILE) },
      { key: "views:list", value: bytes(JSON.stringify([HOSTILE])) },
    ],
    expect: [],
    remove: [],
    ttlSeconds: 60,
  });
  return { cache, connectionFailure: () => ({ fault: undefined, detail: HOSTILE }), fault: () => undefined };
}

const FINDING = { severity: "error", code: HOSTILE, file: HOSTILE, line: 1, column: 1, pointer: HOSTILE };
const diagnostic = { ...FINDING, message: HOSTILE, hint: HOSTILE };
const changes = { added: [HOSTILE], removed: [HOSTILE], changed: [HOSTILE] };
const RELOADED = {
  hash: HASH,
  previousHash: null,
  changes,
  items: 1,
  published: true,
  warnings: [diagnostic],
};
const REFUSED = { code: HOSTILE, detail: HOSTILE, diagnostics: [diagnostic] };
const served = { hash: HOSTILE, source: HOSTILE, views: 1, revision: 1 };
const replica = {
  ...{ id: HOSTILE, version: HOSTILE, runtime: HOSTILE, uptimeSeconds: 1, catalog: served, divergent: true },
  ...{ cache: { state: HOSTILE }, tickers: null },
};
const FLEET = { self: "a", shared: true, hash: HOSTILE, diverging: 1, replicas: [replica] };
const COUNTS = { added: 1, changed: 1, removed: 1 };
const ENTRY = {
  kind: HOSTILE,
  trigger: HOSTILE,
  from: HOSTILE,
  to: HOSTILE,
  views: [HOSTILE],
  reason: HOSTILE,
};
const HISTORY = { shared: true, entries: [{ at: HOSTILE, replica: HOSTILE, ...ENTRY, ...COUNTS }] };

interface Run {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly sources?: readonly CatalogSourcePort[];
  readonly deps?: Partial<CommandDeps>;
  /** What a service answers. */
  readonly answer?: readonly [status: number, body: unknown];
}

const KEY = { VIEWS_SIGNATURE_KEY: "a:0123456789abcdefghijklmnopqrstuvwxyz" };
const REDIS = { CACHE_BACKEND: "redis", REDIS_URL: "redis://127.0.0.1:1" };
const SERVICE = { ADMIN_TOKEN: "0123456789abcdef" };
const both = (run: Run): readonly Run[] => [run, { ...run, args: [...run.args, "--format", "json"] }];
const storing = { storeManifest: async () => HOSTILE };
const notStoring = { storeManifest: () => Promise.reject(new FileWriteError(HOSTILE, HOSTILE)) };
const keyring: CommandDeps["openKeyring"] = () => ({
  name: HOSTILE,
  load: () => Promise.reject(new KeyringError(HOSTILE, "unreadable", HOSTILE)),
});

const RUNS: readonly Run[] = [
  ...["hash", "validate", "sign", "verify", "diff --database"].flatMap((command) => [
    ...both({ args: command.split(" "), env: KEY, sources: [invalid] }),
    ...both({ args: command.split(" "), env: KEY, sources: [unreadable] }),
  ]),
  { args: ["validate", "--format", "sarif"], sources: [invalid] },
  ...both({ args: ["validate", "--strict"], sources: [valid()] }),
  ...both({ args: ["diff", "old", "new"], sources: [valid(), valid("b")] }),
  { args: ["diff", "old", "new"], sources: [invalid, valid()] },
  { args: ["diff", "old", "new"], sources: [unreadable, valid()] },
  { args: ["diff", "--database", `postgres://${HOSTILE}`] },
  ...both({
    args: ["diff", "--database"],
    sources: [valid()],
    deps: { connectDatabase: async () => database() },
  }),
  ...both({
    args: ["diff", "--database"],
    sources: [valid()],
    deps: { connectDatabase: async () => database(failure) },
  }),
  ...both({ args: ["tickers"], deps: { connectDatabase: async () => database() } }),
  { args: ["tickers"], deps: { connectDatabase: async () => database(failure) } },
  ...[[], [failure]].flatMap(([error]): readonly Run[] =>
    [
      ["new", "--all"],
      ["new", HOSTILE, "--database"],
      ["new", "a", "--database"],
    ].flatMap((args) => [
      { args, sources: [valid()], deps: { connectDatabase: async () => database(error) } },
      {
        args,
        sources: [valid()],
        deps: { connectDatabase: async () => database(error), viewFiles: unwritable },
      },
    ]),
  ),
  ...[["fix"], ["fix", "--dry-run"], ["complete"], ["complete", "--dry-run"]].map((args) => ({
    args,
    deps: {
      viewFiles: files,
      loadViewEditor: async () => viewEditor,
      connectDatabase: async () => database(),
    },
  })),
  { args: ["new", HOSTILE], sources: [valid()] },
  { args: ["new", "view_a", HOSTILE], sources: [valid()] },
  ...both({ args: ["sign"], env: KEY, sources: [valid()], deps: storing }),
  ...both({ args: ["sign"], env: KEY, sources: [valid()], deps: notStoring }),
  ...both({ args: ["verify"], env: KEY, sources: [valid()] }),
  { args: ["verify"], env: { VIEWS_SIGNATURE_KEYRING: HOSTILE }, deps: { openKeyring: keyring } },
  ...both({ args: ["reload"], answer: [200, RELOADED] }),
  ...both({ args: ["reload"], answer: [422, REFUSED] }),
  ...both({ args: ["status"], answer: [200, FLEET] }),
  ...both({ args: ["history"], answer: [200, HISTORY] }),
  ...both({ args: ["validate", "--lang", "pt"], sources: [invalid] }),
  { args: ["validate", "--lang", HOSTILE] },
  ...both({ args: ["inspect"], env: REDIS, deps: { openSharedCache: hostileCache } }),
  { args: ["inspect"], env: { ...REDIS, CACHE_NAMESPACE: HOSTILE }, deps: { openSharedCache: hostileCache } },
  { args: ["keygen", "--keyid", HOSTILE] },
  { args: ["sign", "--keyid", HOSTILE], env: KEY },
  { args: ["sign", "--generation", HOSTILE], env: KEY },
  { args: ["validate", "--readers", HOSTILE] },
  { args: ["hash", "--format", HOSTILE] },
  { args: ["hash", `--${HOSTILE}`] },
  { args: ["status", HOSTILE], env: SERVICE },
  { args: ["serve"], env: { LOG_LEVEL: HOSTILE } },
  { args: ["tickers"], env: { CACHE_NAMESPAC: HOSTILE }, deps: { connectDatabase: async () => database() } },
  { args: [HOSTILE] },
  { args: ["help", HOSTILE] },
  { args: ["schema"] },
];

async function run({ args, env = {}, sources = [], deps = {}, answer }: Run) {
  const printed = { stdout: "", stderr: "" };
  const output = (name: keyof typeof printed) => ({
    terminal: false,
    write: (text: string) => {
      printed[name] += text;
    },
  });
  const io: ProcessIo = {
    env: answer === undefined ? env : { ...SERVICE, ...env },
    stdout: output("stdout"),
    stderr: output("stderr"),
    untilStopped: never,
  };
  const queue = [...sources];
  const all: CommandDeps = {
    ...{ connectDatabase: never, fingerprint: never, openSharedCache: never, openKeyring: never },
    ...{
      startService: never,
      storeManifest: never,
      viewFiles,
      loadViewEditor: async () => YAML_VIEW_EDITOR,
      readViewText: async () => `${HOSTILE}\n${HOSTILE}`,
      nowMs: () => 0,
    },
    openSource: () => queue.shift() ?? never(),
    ...deps,
  };
  if (answer === undefined) {
    const exitCode = await runCli(args, io, async () => all);
    return { exitCode, ...printed };
  }
  const [status, body] = answer;
  const server = createServer((_, response) => response.writeHead(status).end(JSON.stringify(body)));
  const port = await listenLoopback(server);
  try {
    const exitCode = await runCli([...args, `http://127.0.0.1:${port}`], io, async () => all);
    return { exitCode, ...printed };
  } finally {
    server.close();
  }
}

describe("A20: what commands print", () => {
  test.each(RUNS.map((one) => [makeTextVisible(one.args.join(" ")), one] as const))(
    "A20: mosaic %s prints nothing that a terminal obeys and no line of anybody else's",
    async (_name, one) => {
      const { stdout, stderr } = await run(one);
      const printed = stdout + stderr;
      expect(printed).not.toBe("");
      expect(printed.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(printed).not.toMatch(/^::/m);
      if (one.args.at(-1) === "json" && stdout !== "") JSON.parse(stdout);
    },
  );

  test("A20: JSON holds what it would hold without escapes", async () => {
    const { stdout } = await run({
      args: ["tickers", "--format", "json"],
      deps: { connectDatabase: async () => database() },
    });
    expect(JSON.parse(stdout)).toMatchObject({ database: HOSTILE });
  });
});
