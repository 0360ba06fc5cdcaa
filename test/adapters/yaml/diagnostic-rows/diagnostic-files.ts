import { ALIAS_ROWS } from "./alias-rows.ts";
import { AUTHOR_ROWS } from "./author-rows.ts";
import { BOUND_ROWS } from "./bound-rows.ts";
import { DOCUMENT_ROWS } from "./document-rows.ts";
import { ENTITY_ROWS } from "./entity-rows.ts";
import { FIELD_ROWS } from "./field-rows.ts";
import { FILE_ROWS } from "./file-rows.ts";
import { INDENT_ROWS } from "./indent-rows.ts";
import { KEY_ROWS } from "./key-rows.ts";
import { SCALAR_ROWS } from "./scalar-rows.ts";
import { SLIP_ROWS } from "./slip-rows.ts";
import { SYNTAX_ROWS } from "./syntax-rows.ts";
import { WARNING_ROWS } from "./warning-rows.ts";

/** All rows of one view. */
export const ROWS = [
  ...SYNTAX_ROWS,
  ...DOCUMENT_ROWS,
  ...KEY_ROWS,
  ...SCALAR_ROWS,
  ...ALIAS_ROWS,
  ...BOUND_ROWS,
  ...FIELD_ROWS,
  ...ENTITY_ROWS,
  ...WARNING_ROWS,
  ...AUTHOR_ROWS,
  ...INDENT_ROWS,
  ...SLIP_ROWS,
];

/** The files of all rows. */
export const DIAGNOSTIC_FILES = [
  ...ROWS.map(({ name, yaml }) => ({ name, files: { "view_a.yaml": yaml } })),
  ...FILE_ROWS.map(({ name, files }) => ({ name, files })),
];
