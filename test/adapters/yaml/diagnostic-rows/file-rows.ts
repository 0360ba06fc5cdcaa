import { after } from "./row.ts";

/** Files and what is found in them; texts are written as UTF-8. */
export interface FileRow {
  readonly name: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly diagnostics?: readonly string[];
  /** The canonical JSON of every view, when nothing found is an error. */
  readonly json?: readonly string[];
}

const VIEW = after("");
const VIEW_JSON = '{"columns": ["a"], "identifiers": ["a"]}';
const MEBIBYTE = 1024 * 1024;

/** A view of exactly so many bytes, by way of a comment. */
const viewOf = (bytes: number): string => `${VIEW}#${" ".repeat(bytes - VIEW.length - 2)}\n`;

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const utf16 = (text: string): Uint8Array =>
  new Uint8Array(Uint16Array.from(`\ufeff${text}`, (unit) => unit.charCodeAt(0)).buffer);

const other = (entity: string, files: string): string =>
  `the entity "${entity}" is also defined in ${files}; give each view an entity of its own [duplicate-entity at /entity]`;
const NO_NAME =
  "which is not a view name; use letters, digits and _ with no digit first, or schema.name, such as entity: view_fiis_info";

/** What is found in the names, the bytes and the company of files. */
export const FILE_ROWS: readonly FileRow[] = [
  {
    name: "no file",
    files: {},
    diagnostics: [
      "views:1:1: error: the catalog has no *.yaml or *.yml file; " +
        "add a view, or point VIEWS_DIR at the folder that contains them [no-views]",
    ],
  },
  {
    name: "an entity of two files",
    files: { "a.yaml": VIEW, "b.yaml": `${VIEW}entity: a\n`, "c.yaml": VIEW },
    diagnostics: [
      `views/a.yaml:1:1: error: ${other("a", "views/b.yaml")}`,
      `views/b.yaml:3:9: error: ${other("a", "views/a.yaml")}`,
    ],
  },
  {
    name: "an entity of files of two endings and folders",
    files: { "a.yaml": VIEW, "a.yml": VIEW, "sub/a.yaml": VIEW },
    diagnostics: [
      `views/a.yaml:1:1: error: ${other("a", "views/a.yml, views/sub/a.yaml")}`,
      `views/a.yml:1:1: error: ${other("a", "views/a.yaml, views/sub/a.yaml")}`,
      `views/sub/a.yaml:1:1: error: ${other("a", "views/a.yaml, views/a.yml")}`,
    ],
  },
  {
    name: "an entity of six files",
    files: Object.fromEntries(["1", "2", "3", "4", "5", "6"].map((folder) => [`${folder}/a.yaml`, VIEW])),
    diagnostics: [
      `views/1/a.yaml:1:1: error: ${other("a", "views/2/a.yaml, views/3/a.yaml, views/4/a.yaml and 2 more")}`,
      `views/2/a.yaml:1:1: error: ${other("a", "views/1/a.yaml, views/3/a.yaml, views/4/a.yaml and 2 more")}`,
      `views/3/a.yaml:1:1: error: ${other("a", "views/1/a.yaml, views/2/a.yaml, views/4/a.yaml and 2 more")}`,
      `views/4/a.yaml:1:1: error: ${other("a", "views/1/a.yaml, views/2/a.yaml, views/3/a.yaml and 2 more")}`,
      `views/5/a.yaml:1:1: error: ${other("a", "views/1/a.yaml, views/2/a.yaml, views/3/a.yaml and 2 more")}`,
      `views/6/a.yaml:1:1: error: ${other("a", "views/1/a.yaml, views/2/a.yaml, views/3/a.yaml and 2 more")}`,
    ],
  },
  {
    name: "entities that differ in case alone",
    files: { "A.yaml": VIEW, "a.yaml": VIEW },
    json: [VIEW_JSON, VIEW_JSON],
  },
  {
    name: "a file's name that is no view name",
    files: { "view-a.yaml": VIEW },
    diagnostics: [
      `views/view-a.yaml:1:1: error: the entity from the file's name is "view-a", ${NO_NAME} [entity-malformed]`,
    ],
  },
  {
    name: "a file's name of three names",
    files: { "a.b.c.yaml": VIEW },
    diagnostics: [
      `views/a.b.c.yaml:1:1: error: the entity from the file's name is "a.b.c", ${NO_NAME} [entity-malformed]`,
    ],
  },
  {
    name: "a file's name that is reserved",
    files: { "loaded.yaml": VIEW },
    diagnostics: [
      'views/loaded.yaml:1:1: error: the entity from the file\'s name is "loaded", a reserved name of the cache keys; ' +
        "use any name except list, hash, loaded, such as entity: view_loaded [entity-reserved]",
    ],
  },
  {
    name: "a file's name that is too long",
    files: { [`${"a".repeat(129)}.yaml`]: VIEW },
    diagnostics: [
      `views/${"a".repeat(129)}.yaml:1:1: error: the entity from the file's name is "${"a".repeat(40)}…", 129 characters long; ` +
        "use at most 128 characters [entity-too-long]",
    ],
  },
  {
    name: "a file's name as long as allowed",
    files: { [`${"a".repeat(128)}.yml`]: VIEW },
    json: [VIEW_JSON],
  },
  { name: "a file's name of a schema and a name", files: { "public.view_a.yaml": VIEW }, json: [VIEW_JSON] },
  {
    name: "a wrong file's name that an entity replaces",
    files: { "view-a.yaml": `entity: a\n${VIEW}` },
    json: ['{"columns": ["a"], "entity": "a", "identifiers": ["a"]}'],
  },
  { name: "a byte order mark", files: { "a.yaml": `\ufeff${VIEW}` }, json: [VIEW_JSON] },
  {
    name: "a place behind a byte order mark",
    files: { "a.yaml": `\ufeffentity: 1\n${VIEW}` },
    diagnostics: [
      'views/a.yaml:1:9: error: "entity" must be text, got the whole number 1; write entity: view_fiis_info [field-invalid at /entity]',
    ],
  },
  { name: "lines that end in CR LF", files: { "a.yaml": VIEW.replaceAll("\n", "\r\n") }, json: [VIEW_JSON] },
  {
    name: "Latin-1",
    files: { "a.yaml": latin1(`${VIEW}description: cotação\n`) },
    diagnostics: [
      'views/a.yaml:3:18: error: the file is not UTF-8 text: the byte here is 0xE7, which is "ç" in Latin-1; save it as UTF-8 [file-encoding]',
    ],
  },
  {
    name: "Latin-1 with lines that end in carriage returns alone",
    files: { "a.yaml": latin1(`${VIEW}description: cotação\n`.replaceAll("\n", "\r")) },
    diagnostics: [
      'views/a.yaml:3:18: error: the file is not UTF-8 text: the byte here is 0xE7, which is "ç" in Latin-1; save it as UTF-8 [file-encoding]',
    ],
  },
  {
    name: "UTF-16",
    files: { "a.yaml": utf16(VIEW) },
    diagnostics: [
      "views/a.yaml:1:1: error: the file is UTF-16 text, not UTF-8; save it as UTF-8 [file-encoding]",
    ],
  },
  {
    name: "half a surrogate pair in UTF-8",
    files: { "a.yaml": latin1(`${VIEW}x: \xed\xa0\x80\n`) },
    diagnostics: [
      "views/a.yaml:3:4: error: the file is not UTF-8 text: the byte here is 0xED; save it as UTF-8 [file-encoding]",
    ],
  },
  {
    name: "C6: UTF-16 without a mark",
    files: { "a.yaml": utf16(VIEW).subarray(2) },
    diagnostics: [
      "views/a.yaml:1:1: error: the file is UTF-16 text, not UTF-8; save it as UTF-8 [file-encoding]",
    ],
  },
  {
    name: "C6: one letter of Latin-1 behind letters of UTF-8",
    files: { "a.yaml": Uint8Array.from([...new TextEncoder().encode(`${VIEW}# ção 😀 `), 0xe9, 0x0a]) },
    diagnostics: [
      'views/a.yaml:3:10: error: the file is not UTF-8 text: the byte here is 0xE9, which is "é" in Latin-1; save it as UTF-8 [file-encoding]',
    ],
  },
  {
    name: "C1: an entity of two files, both of which are wrong",
    files: { "a.yaml": "columns: []\nidentifiers: []\n", "b.yaml": "entity: a\ncolumns: [a]\n" },
    diagnostics: [
      `views/a.yaml:1:1: error: ${other("a", "views/b.yaml")}`,
      'views/a.yaml:1:10: error: "columns" must be a list of at least one column, got an empty list; write columns: [ticker, close_price] [field-invalid at /columns]',
      'views/b.yaml:1:1: error: "identifiers" is missing; add identifiers: [ticker] [field-missing at /identifiers]',
      `views/b.yaml:1:9: error: ${other("a", "views/a.yaml")}`,
    ],
  },
  { name: "a file as large as allowed", files: { "a.yaml": viewOf(MEBIBYTE) }, json: [VIEW_JSON] },
  {
    name: "a file one byte larger",
    files: { "a.yaml": viewOf(MEBIBYTE + 1) },
    diagnostics: [
      "views/a.yaml:1:1: error: the file is larger than 1048576 bytes; split it into several views [file-size]",
    ],
  },
  {
    name: "a view that aliases make larger than allowed",
    files: { "a.yaml": `${VIEW}t: &t ${"ç".repeat(500_000)}\nx: [*t, *t, *t, *t, *t, *t, *t, *t]\n` },
    diagnostics: [
      "views/a.yaml:1:1: error: the view has 9000088 bytes as JSON, but at most 4194304 are allowed; " +
        "split it into several views [view-size]",
    ],
  },
];
