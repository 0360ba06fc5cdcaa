import type { Redis } from "ioredis";
import { type Catalog, createCatalog } from "../../src/domain/catalog/catalog.ts";
import { canonicalText, formatPythonFloat } from "../../src/domain/json/canonical-json.ts";
import type { JsonObject, JsonValue } from "../../src/domain/json/json-value.ts";
import { type Entity, parseEntity } from "../../src/domain/view/entity.ts";

/** A catalog and what it was made from, which a program that sorts nothing writes in just this order. */
export interface SampleCatalog {
  readonly catalog: Catalog;
  readonly views: readonly (readonly [entity: string, view: JsonObject])[];
}

export function createSampleCatalog(views: SampleCatalog["views"]): SampleCatalog {
  const encoder = new TextEncoder();
  const canonical = views.map(
    ([entity, view]) => [checkedEntity(entity), encoder.encode(canonicalText(view))] as const,
  );
  return { catalog: createCatalog(canonical), views };
}

/**
 * Publishes as a program that knows only the five shared keys: one SET after the other, as its JSON library writes them,
 * and without a look at what is there.
 */
export async function publishAsOldProgram(
  client: Redis,
  namespace: string,
  sample: SampleCatalog,
): Promise<void> {
  const { catalog, views } = sample;
  const set = (key: string, value: string) => client.set(`${namespace}:views:${key}`, value, "EX", 86_400);
  await set("list", pythonDumps(views.map(([entity]) => entity)));
  for (const [entity, view] of views) await set(entity, pythonDumps(view));
  await set("hash", catalog.hash);
  await set("loaded", "1");
}

/** What Python's `json.dumps(value)` gives: keys as they come, all but ASCII escaped. */
export function pythonDumps(value: JsonValue): string {
  if (typeof value === "string") return JSON.stringify(value).replace(/[^ -~]/g, escapeUnit);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return formatPythonFloat(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map(pythonDumps).join(", ")}]`;
  const members = Object.entries(value).map(([key, member]) => `${pythonDumps(key)}: ${pythonDumps(member)}`);
  return `{${members.join(", ")}}`;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function checkedEntity(name: string): Entity {
  const parsed = parseEntity(name);
  if (parsed.kind !== "entity") throw new RangeError(`"${name}" is no entity: ${parsed.kind}`);
  return parsed.entity;
}
