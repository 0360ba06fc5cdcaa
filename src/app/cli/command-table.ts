import type { Command } from "./commands/command.ts";

const LANGUAGE_OPTIONS: NonNullable<Command["options"]> = [
  ["--lang en", "messages in English (default)"],
  ["--lang pt", "messages in Portuguese, as with LANG=pt_BR.UTF-8"],
];

const COMMENT_LANGUAGE_OPTIONS: typeof LANGUAGE_OPTIONS = LANGUAGE_OPTIONS.map(([form, meaning]) => [
  form,
  meaning.replace("messages", "comments and messages"),
]);

const USAGE_OR_SETTING = "wrong usage or setting";
const USAGE = "wrong usage";
const USAGE_SETTING_KEY_OR_FOLDER = "wrong usage, setting, key or folder";
const USAGE_SETTING_OR_FILE = "wrong usage or setting, or a key or TLS file that cannot be read";

/** All commands, in the order of the help. The modules of a command are loaded only when it runs. */
export const COMMANDS: readonly Command[] = [
  {
    name: "serve",
    summary: "Serve the catalog over HTTP; the settings come from the environment",
    positionalsMax: 0,
    failsWhen: "the address cannot be bound",
    rejectsWhen: USAGE_SETTING_OR_FILE,
    options: [["--watch", "reload whenever a view is saved, and show what is wrong on the terminal"]],
    examples: [
      { line: "serve", purpose: "serve VIEWS_DIR on HOST and PORT" },
      {
        line: "VIEWS_DIR=views PORT=8080 mosaic serve --watch",
        purpose: "for authors of views: reload the catalog after each save",
      },
    ],
    load: async () => (await import("./serve/serve.ts")).serveCommand,
  },
  {
    name: "new",
    argumentForm: "VIEW [DIR]",
    summary:
      "Write a first file for a view into DIR, or into VIEWS_DIR; comments mark what is left to decide",
    positionalsMax: 2,
    failsWhen:
      "the view exists already, the database does not have it or does not answer, or the file cannot be written",
    options: [
      ["--database", "describe the table or view VIEW of DATABASE_URL: columns, types, comments, key"],
      ...COMMENT_LANGUAGE_OPTIONS,
    ],
    examples: [
      { line: "new view_fiis_info views --database", purpose: "from a view of the embedded sample database" },
      { line: "new view_rates views", purpose: "a template with comments, without a database" },
    ],
    load: async () => (await import("./commands/new-command.ts")).newCommand,
  },
  {
    name: "new",
    selectedBy: "all",
    argumentForm: "[DIR]",
    summary: "Write a file for each view of DATABASE_URL that DIR, or VIEWS_DIR, does not have",
    positionalsMax: 1,
    failsWhen: "the database has nothing to describe or does not answer, or a file cannot be written",
    options: [
      ["--all", "every view of the database; every table, if it has no views"],
      ["--database", "has no effect; accepted because new VIEW has it"],
      ...COMMENT_LANGUAGE_OPTIONS,
    ],
    examples: [
      { line: "new --all views", purpose: "a catalog of the embedded sample database, ready to validate" },
    ],
    load: async () => (await import("./commands/new-command.ts")).newAllCommand,
  },
  {
    name: "validate",
    argumentForm: "[DIR]",
    summary: "Check the views of DIR, or of VIEWS_DIR, and suggest corrections",
    positionalsMax: 1,
    failsWhen: "a view is invalid, or --strict is set and there is a warning",
    options: [
      ["--strict", "fail on warnings too"],
      ["--format text", "one line for each diagnostic, with the source lines (default)"],
      ["--format json", "one JSON object, for programs"],
      ["--format sarif", "a SARIF 2.1.0 log, for code hosts and editors"],
      ...LANGUAGE_OPTIONS,
      ["--readers LIST", "also warn where YAML readers of ruby, php, r, java or go differ (comma-separated)"],
    ],
    loadValueRules: async () => ({ readers: (await import("./commands/validate-command.ts")).READERS_RULE }),
    examples: [
      { line: "validate data/views", purpose: "what is wrong, where, and what to write instead" },
      { line: "validate --strict", purpose: "the views of VIEWS_DIR; fails on warnings" },
      { line: "validate --format sarif data/views > views.sarif", purpose: "diagnostics for a code host" },
    ],
    load: async () => (await import("./commands/validate-command.ts")).validateCommand,
  },
  {
    name: "fix",
    argumentForm: "[DIR]",
    summary:
      "Quote what validate advises to quote in the views of DIR, or of VIEWS_DIR; the rest of a file stays as it is",
    positionalsMax: 1,
    failsWhen: "a file cannot be written",
    options: [["--dry-run", "print the changes as a diff, and write nothing"], ...LANGUAGE_OPTIONS],
    examples: [
      { line: "fix --dry-run data/views", purpose: "the changes, as a diff" },
      { line: "fix data/views", purpose: "make them" },
    ],
    load: async () => (await import("./commands/edit-commands.ts")).fixCommand,
  },
  {
    name: "complete",
    argumentForm: "[DIR]",
    summary:
      "Add the columns that the database of DATABASE_URL has and the views of DIR, or of VIEWS_DIR, lack",
    positionalsMax: 1,
    failsWhen: "a view cannot be completed, the database does not answer, or a file cannot be written",
    options: [
      ["--dry-run", "print the changes as a diff, and write nothing"],
      ["--database", "has no effect; accepted because diff has it"],
      ...LANGUAGE_OPTIONS,
    ],
    examples: [
      { line: "complete --dry-run data/views", purpose: "the missing columns, as a diff" },
      { line: "complete data/views", purpose: "add them; comments and layout stay" },
    ],
    load: async () => (await import("./commands/edit-commands.ts")).completeCommand,
  },
  {
    name: "schema",
    summary: "Print the JSON Schema of a view, for editors",
    positionalsMax: 0,
    rejectsWhen: USAGE,
    examples: [{ line: "schema > view.schema.json", purpose: "a schema for the settings of an editor" }],
    load: async () => (await import("./commands/catalog-commands.ts")).schemaCommand,
  },
  {
    name: "hash",
    argumentForm: "[DIR]",
    summary: "Print the catalog hash of DIR, or of VIEWS_DIR",
    positionalsMax: 1,
    failsWhen: "the catalog is invalid",
    options: [["--format json", "print JSON: hash, folder and number of views"], ...LANGUAGE_OPTIONS],
    examples: [
      { line: "hash data/views", purpose: "64 hex digits, as Python computes them" },
      { line: "hash", purpose: "the hash of the catalog in VIEWS_DIR" },
    ],
    load: async () => (await import("./commands/catalog-commands.ts")).hashCommand,
  },
  {
    name: "diff",
    argumentForm: "OLD NEW",
    summary: "Compare the views of two folders; exit code 0 same, 1 different, 2 not comparable",
    positionalsMax: 2,
    failsWhen: "the folders differ",
    rejectsWhen: "wrong usage, or a folder that cannot be read or has an invalid view",
    options: [
      ["--format json", "print JSON: both hashes, and every change with both values"],
      ...LANGUAGE_OPTIONS,
    ],
    examples: [
      { line: "diff ../live/views data/views", purpose: "what a deploy of data/views would change" },
      { line: "diff --format json old new", purpose: "as JSON, for scripts" },
    ],
    load: async () => (await import("./commands/diff-command.ts")).diffCommand,
  },
  {
    name: "diff",
    selectedBy: "database",
    argumentForm: "[DIR]",
    summary: "Compare the columns of the views in DIR, or VIEWS_DIR, with the database of DATABASE_URL",
    positionalsMax: 1,
    failsWhen:
      "columns differ, a view cannot be read, the catalog is invalid, or the database does not answer",
    options: [
      ["--database", "compare with the database instead of another folder"],
      ["--format json", "print JSON: each view, and its columns missing in DIR or the database"],
      ...LANGUAGE_OPTIONS,
    ],
    examples: [
      { line: "diff --database data/views", purpose: "the columns missing in the catalog or the database" },
      {
        line: "DATABASE_URL=postgres://user@127.0.0.1/funds mosaic diff --database",
        purpose: "VIEWS_DIR against PostgreSQL",
      },
    ],
    load: async () => (await import("./commands/database-commands.ts")).diffDatabaseCommand,
  },
  {
    name: "tickers",
    summary: "Print the valid tickers in the database of DATABASE_URL",
    positionalsMax: 0,
    failsWhen: "the database does not answer, or has no tickers",
    rejectsWhen: USAGE_OR_SETTING,
    options: [["--format json", "print JSON: database, number and tickers"], ...LANGUAGE_OPTIONS],
    examples: [
      { line: "tickers", purpose: "of the embedded sample database" },
      {
        line: "DATABASE_URL=sqlite:funds.db mosaic tickers | wc -l",
        purpose: "how many tickers funds.db has",
      },
    ],
    load: async () => (await import("./commands/database-commands.ts")).tickersCommand,
  },
  {
    name: "keygen",
    summary: "Print a new key for VIEWS_SIGNATURE_KEY; with json, an entry of a keyring",
    positionalsMax: 0,
    rejectsWhen: USAGE,
    options: [
      ["--keyid ID", "id of the key, to distinguish several keys"],
      ["--format json", "print an entry for VIEWS_SIGNATURE_KEYRING"],
    ],
    loadValueRules: async () => ({ keyid: (await import("./commands/sign-command.ts")).KEYID_RULE }),
    examples: [
      { line: "keygen", purpose: "a secret for VIEWS_SIGNATURE_KEY" },
      { line: "keygen --keyid 2026-01 --format json", purpose: "an entry of a keyring" },
    ],
    load: async () => (await import("./commands/sign-command.ts")).keygenCommand,
  },
  {
    name: "sign",
    argumentForm: "[DIR]",
    summary: "Sign the catalog of DIR, or of VIEWS_DIR, under the next generation or N",
    positionalsMax: 1,
    failsWhen: "the catalog is invalid or cannot be signed",
    rejectsWhen: USAGE_SETTING_KEY_OR_FOLDER,
    options: [
      ["--generation N", "sign under this generation instead of the next one"],
      ["--keyid ID", "sign only with this key"],
      ["--format json", "print JSON"],
      ...LANGUAGE_OPTIONS,
    ],
    loadValueRules: async () => ({
      generation: (await import("./commands/sign-command.ts")).GENERATION_RULE,
    }),
    examples: [
      { line: "sign data/views", purpose: "write data/views/views.manifest.json" },
      { line: "sign --generation 12 data/views", purpose: "sign older content as a newer release" },
    ],
    load: async () => (await import("./commands/sign-command.ts")).signCommand,
  },
  {
    name: "verify",
    argumentForm: "[DIR]",
    summary: "Check the views of DIR, or of VIEWS_DIR, against their manifest and its signature",
    positionalsMax: 1,
    failsWhen: "the catalog is invalid, or differs from what was signed",
    rejectsWhen: USAGE_SETTING_KEY_OR_FOLDER,
    options: [["--format json", "print JSON"], ...LANGUAGE_OPTIONS],
    examples: [
      { line: "verify data/views", purpose: "fail if anything differs from what was signed" },
      { line: "verify --format json data/views", purpose: "the same for a pipeline" },
    ],
    load: async () => (await import("./commands/verify-command.ts")).verifyCommand,
  },
  {
    name: "status",
    argumentForm: "[URL]",
    summary: "Show the replicas of the service at URL, or at HOST and PORT; needs its ADMIN_TOKEN",
    positionalsMax: 1,
    failsWhen:
      "a replica does not serve the published catalog or cannot reach the cache, or the service does not answer",
    rejectsWhen: USAGE_OR_SETTING,
    options: [
      ["--exit-code", "exit with 1 if anything needs attention, such as a lost replica or stale tickers"],
      ["--format json", "print JSON"],
      ...LANGUAGE_OPTIONS,
    ],
    examples: [
      { line: "status", purpose: "ask the service at HOST and PORT" },
      { line: "status --exit-code > /dev/null || echo look", purpose: "for scripts" },
      {
        line: "status --format json http://127.0.0.1:8000",
        purpose: "show another service's replicas as JSON, for scripts",
      },
    ],
    load: async () => (await import("./commands/status-command.ts")).statusCommand,
  },
  {
    name: "history",
    argumentForm: "[URL]",
    summary:
      "Show the history of the fleet's catalogs from the service at URL, or at HOST and PORT; needs its ADMIN_TOKEN",
    positionalsMax: 1,
    failsWhen: "the service does not answer",
    rejectsWhen: USAGE_OR_SETTING,
    options: [
      ["--format json", "print the answer of the service: the newest entry first"],
      ...LANGUAGE_OPTIONS,
    ],
    examples: [
      {
        line: "history",
        purpose: "activations, publications, reloads, refusals and repairs, the newest last",
      },
      {
        line: "history --format json http://127.0.0.1:8000",
        purpose: "another service's history as JSON, for scripts",
      },
    ],
    load: async () => (await import("./commands/history-command.ts")).historyCommand,
  },
  {
    name: "reload",
    argumentForm: "[URL]",
    summary: "Reload the views of the service at URL, or at HOST and PORT; needs its ADMIN_TOKEN",
    positionalsMax: 1,
    failsWhen: "the service refuses the catalog on disk, or does not answer",
    rejectsWhen: USAGE_OR_SETTING,
    options: [
      ["--dry-run", "print what a reload would change, or why it would be refused, and change nothing"],
      ["--force", "also replace another fleet's catalog in the same namespace"],
      ["--format json", "print the answer of the service unchanged"],
      ...LANGUAGE_OPTIONS,
    ],
    examples: [
      { line: "reload", purpose: "reload the service at HOST and PORT, and with it the fleet" },
      { line: "reload --dry-run", purpose: "what is on disk compared with what is served" },
      { line: "ADMIN_TOKEN=… mosaic reload http://10.0.0.7:8000", purpose: "reload the service at this URL" },
    ],
    load: async () => (await import("./commands/reload-command.ts")).reloadCommand,
  },
  {
    name: "inspect",
    summary: "Show the content of the shared cache, and verify it",
    positionalsMax: 0,
    failsWhen: "the cache has no catalog that passes verification, or does not answer",
    rejectsWhen: USAGE_SETTING_OR_FILE,
    options: [["--format json", "print JSON"], ...LANGUAGE_OPTIONS],
    examples: [
      {
        line: "CACHE_BACKEND=redis REDIS_URL=redis://127.0.0.1:6379/0 mosaic inspect",
        purpose: "catalog, replicas and tickers",
      },
      { line: "inspect --format json", purpose: "as JSON, for scripts" },
    ],
    load: async () => (await import("./commands/inspect-command.ts")).inspectCommand,
  },
];
