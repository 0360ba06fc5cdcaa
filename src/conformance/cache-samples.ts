import type { CacheEntry, CachePort, CachePublication, PublishOutcome } from "../ports/cache-port.ts";

export const LONG_SECONDS = 3600;
export const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, index) => index);

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Reads values as text, because a `Buffer` does not equal a `Uint8Array` in every test runner. */
export async function readTexts(
  cache: CachePort,
  keys: readonly string[],
): Promise<readonly (string | undefined)[]> {
  const values = await cache.getMany(keys);
  return values.map((value) => (value === undefined ? undefined : new TextDecoder().decode(value)));
}

export async function readText(cache: CachePort, key: string): Promise<string | undefined> {
  const value = await cache.get(key);
  return value === undefined ? undefined : new TextDecoder().decode(value);
}

export async function setTexts(cache: CachePort, texts: Readonly<Record<string, string>>): Promise<void> {
  for (const [key, text] of Object.entries(texts)) {
    await cache.set(key, bytes(text), { ttlSeconds: LONG_SECONDS });
  }
}

export function textEntries(texts: Readonly<Record<string, string>>): readonly CacheEntry[] {
  return Object.entries(texts).map(([key, text]) => ({ key, value: bytes(text) }));
}

export function publicationOf(parts: Partial<CachePublication>): CachePublication {
  return { entries: [], ttlSeconds: LONG_SECONDS, remove: [], expect: [], ...parts };
}

export function publish(cache: CachePort, parts: Partial<CachePublication>): Promise<PublishOutcome> {
  return cache.publish(publicationOf(parts));
}

/** Makes bytes that differ for each seed, and that are not valid UTF-8. */
export function patternBytes(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + seed * 17 + (index >> 8)) & 0xff);
}
