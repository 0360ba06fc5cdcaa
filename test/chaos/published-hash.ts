import type { RedisServer } from "../support/redis-server.ts";
import { sha256 } from "./known-catalogs.ts";

/** What Redis holds: the hash of a whole and living catalog, or what is wrong with it. */
export type PublishedHash =
  | { readonly kind: "verified"; readonly hash: string }
  | { readonly kind: "wrong"; readonly detail: string };

/** Verifies a publication by hand, key by key, as a program that knows nothing of the service would. */
export async function readPublishedHash(
  redis: Pick<RedisServer, "command">,
  namespace: string,
): Promise<PublishedHash> {
  const prefix = `${namespace}:views:`;
  const read = async (names: readonly string[]): Promise<readonly (string | null)[]> =>
    (await redis.command("MGET", ...names.map((name) => prefix + name))) as (string | null)[];
  try {
    const [loaded, hash, list] = await read(["loaded", "hash", "list"]);
    if (loaded !== "1") return wrong(`views:loaded is ${JSON.stringify(loaded)}`);
    const entities = JSON.parse(list ?? "null") as readonly string[] | null;
    if (!Array.isArray(entities)) return wrong("views:list is no list");
    const views = await read(entities);
    const missing = entities.find((_, index) => views[index] === null);
    if (missing !== undefined) return wrong(`views:${missing} is absent`);
    const text = entities.map((entity, index) => `${JSON.stringify(entity)}: ${views[index]}`).join(", ");
    const actual = sha256(`{${text}}`);
    if (actual !== hash) return wrong(`the views hash to ${actual}, views:hash is ${JSON.stringify(hash)}`);
    const held = (await redis.command("KEYS", `${prefix}*`)) as readonly string[];
    const stray = held.filter(
      (key) => !["loaded", "hash", "list", ...entities].includes(key.slice(prefix.length)),
    );
    if (stray.length > 0) return wrong(`nobody removed ${stray.join(", ")}`);
    const ttls = await Promise.all(held.map((key) => redis.command("PTTL", key)));
    const lasting = held.find((_, index) => Number(ttls[index]) <= 0);
    if (lasting !== undefined) return wrong(`${lasting} never expires`);
    return { kind: "verified", hash: actual };
  } catch (error) {
    return wrong(String(error));
  }
}

function wrong(detail: string): PublishedHash {
  return { kind: "wrong", detail };
}
