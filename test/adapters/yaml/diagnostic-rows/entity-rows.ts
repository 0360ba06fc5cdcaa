import { after, type Row } from "./row.ts";

export const ENTITY_ROWS: readonly Row[] = [
  {
    name: "an entity that begins with a digit",
    yaml: "entity: 1bad\ncolumns: [a]\nidentifiers: [a]\n",
    diagnostics: [
      '1:9: error: entity is "1bad", which is not a view name; use letters, digits and _ with no digit first, or schema.name, such as entity: view_fiis_info [entity-malformed at /entity]',
    ],
  },
  {
    name: "an entity of three names",
    yaml: "entity: a.b.c\ncolumns: [a]\nidentifiers: [a]\n",
    diagnostics: [
      '1:9: error: entity is "a.b.c", which is not a view name; use letters, digits and _ with no digit first, or schema.name, such as entity: view_fiis_info [entity-malformed at /entity]',
    ],
  },
  {
    name: "an entity with an accent",
    yaml: "entity: ação\ncolumns: [a]\nidentifiers: [a]\n",
    diagnostics: [
      '1:9: error: entity is "ação", which is not a view name; use letters, digits and _ with no digit first, or schema.name, such as entity: view_fiis_info [entity-malformed at /entity]',
    ],
  },
  {
    name: "an empty entity",
    yaml: "entity: ''\ncolumns: [a]\nidentifiers: [a]\n",
    diagnostics: [
      '1:9: error: entity is "", which is not a view name; use letters, digits and _ with no digit first, or schema.name, such as entity: view_fiis_info [entity-malformed at /entity]',
    ],
  },
  {
    name: "an entity without a value",
    yaml: "entity:\ncolumns: [a]\nidentifiers: [a]\n",
    diagnostics: [
      '1:1: warning: "entity" is empty; remove it, or write entity: view_fiis_info [field-empty at /entity]',
    ],
    json: '{"columns": ["a"], "entity": null, "identifiers": ["a"]}',
  },
  {
    name: "a number as the entity",
    yaml: "entity: 12\ncolumns: [a]\nidentifiers: [a]\n",
    diagnostics: [
      '1:9: error: "entity" must be text, got the whole number 12; write entity: view_fiis_info [field-invalid at /entity]',
    ],
  },
  {
    name: "a list as the entity",
    yaml: "entity: [a]\ncolumns: [a]\nidentifiers: [a]\n",
    diagnostics: [
      '1:9: error: "entity" must be text, got a list; write entity: view_fiis_info [field-invalid at /entity]',
    ],
  },
  {
    name: "the reserved entity hash",
    yaml: "entity: hash\ncolumns: [a]\nidentifiers: [a]\n",
    diagnostics: [
      '1:9: error: entity is "hash", a reserved name of the cache keys; use any name except list, hash, loaded, such as entity: view_hash [entity-reserved at /entity]',
    ],
  },
  {
    name: "the reserved entity list, further down",
    yaml: after("entity: list\n"),
    diagnostics: [
      '3:9: error: entity is "list", a reserved name of the cache keys; use any name except list, hash, loaded, such as entity: view_list [entity-reserved at /entity]',
    ],
  },
  {
    name: "the reserved entity loaded",
    yaml: "entity: loaded\ncolumns: [a]\nidentifiers: [a]\n",
    diagnostics: [
      '1:9: error: entity is "loaded", a reserved name of the cache keys; use any name except list, hash, loaded, such as entity: view_loaded [entity-reserved at /entity]',
    ],
  },
  {
    name: "an entity of a schema and a name",
    yaml: "entity: public.view_a\ncolumns: [a]\nidentifiers: [a]\n",
    json: '{"columns": ["a"], "entity": "public.view_a", "identifiers": ["a"]}',
  },
];
