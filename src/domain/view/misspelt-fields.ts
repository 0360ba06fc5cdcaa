import { nearName } from "../../lib/near-name.ts";
import type { JsonPathStep } from "../json/json-pointer.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json/json-value.ts";
import { FIELD_NAMES } from "./view.ts";

/** An unknown field, and the known field with a similar name. */
export interface MisspeltField {
  readonly path: readonly JsonPathStep[];
  readonly name: string;
  readonly near: string;
}

/** A view may have a hundred thousand fields: at most this many unknown fields are compared. */
const COMPARED_MAX = 1000;

/**
 * Finds misspelt fields of a view, its columns and its `ask` block.
 *
 * Fields of any name are kept as they are: only a field is reported whose name is similar to that of a field
 * which is missing beside it.
 */
export function misspeltFields(view: JsonObject): readonly MisspeltField[] {
  const found: MisspeltField[] = [];
  let left = COMPARED_MAX;
  const look = (
    value: JsonValue | undefined,
    path: readonly JsonPathStep[],
    known: readonly string[],
  ): void => {
    if (!isJsonObject(value)) return;
    const missing = known.filter((name) => !Object.hasOwn(value, name));
    for (const name of Object.keys(value)) {
      if (known.includes(name)) continue;
      if (left === 0) return;
      left -= 1;
      const near = nearName(name, missing);
      if (near !== undefined) found.push({ path: [...path, name], name, near });
    }
  };
  look(view, [], FIELD_NAMES.view);
  const { ask, columns } = view;
  look(ask, ["ask"], FIELD_NAMES.ask);
  if (!Array.isArray(columns)) return found;
  for (const [index, column] of columns.entries()) {
    if (left === 0) break;
    look(column, ["columns", index], FIELD_NAMES.column);
  }
  return found;
}
