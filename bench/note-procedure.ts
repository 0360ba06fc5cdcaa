import { createHash } from "node:crypto";
import type { Redis } from "ioredis";

/** The preload that the design note describes: one GET a view, parsed, and the whole serialised anew to be hashed. */
export async function notePreload(client: Redis, namespace: string): Promise<Record<string, unknown>> {
  const get = (key: string): Promise<string | null> => client.get(`${namespace}:${key}`);
  if ((await get("views:loaded")) !== "1") throw new Error("Cannot run the benchmark: nothing is published");
  const entities = JSON.parse((await get("views:list")) ?? "[]") as string[];
  const catalog: Record<string, unknown> = {};
  for (const entity of entities) {
    const text = await get(`views:${entity}`);
    if (text !== null) catalog[entity] = JSON.parse(text);
  }
  createHash("sha256").update(sortedJson(catalog)).digest("hex");
  return catalog;
}

/** `json.dumps(value, sort_keys=True, ensure_ascii=False)` as a quick port would have it, floats aside. */
function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const object = value as Record<string, unknown>;
  const members = Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}: ${sortedJson(object[key])}`);
  return `{${members.join(", ")}}`;
}
