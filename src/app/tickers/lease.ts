import { CacheError, type CachePort } from "../../ports/cache-port.ts";

export type LeaseOutcome =
  | { readonly kind: "held"; release(): Promise<void> }
  /** Another replica holds it. */
  | { readonly kind: "taken" }
  /** The shared cache did not answer, so the holder is unknown. */
  | { readonly kind: "unavailable" };

/**
 * A right that only one replica holds at a time, as long as the shared cache answers. It expires by itself.
 */
export interface Lease {
  /**
   * Tries once to acquire the lease: does not wait for another holder, and does not throw if the cache fails.
   */
  acquire(): Promise<LeaseOutcome>;
}

export interface LeaseOptions {
  readonly cache: CachePort;
  readonly key: string;
  /** The lease ends after this time, even if its holder has died. */
  readonly ttlSeconds: number;
  /** Creates a string that no other holder uses. */
  readonly createToken: () => string;
  readonly signal?: AbortSignal | undefined;
}

/** Makes a lease under one key of the shared cache; only the holder of the token can release it. */
export function createLease({ cache, key, ttlSeconds, createToken, signal }: LeaseOptions): Lease {
  return {
    async acquire() {
      const value = new TextEncoder().encode(createToken());
      const entries = [{ key, value }];
      const expect = [{ key, value: undefined }];
      try {
        const outcome = await cache.publish({ entries, ttlSeconds, remove: [], expect }, { signal });
        if (outcome.kind === "conflict") return { kind: "taken" };
      } catch (error) {
        if (error instanceof CacheError) return { kind: "unavailable" };
        throw error;
      }
      return { kind: "held", release: () => release(value) };
    },
  };

  async function release(value: Uint8Array): Promise<void> {
    const expect = [{ key, value }];
    try {
      await cache.publish({ entries: [], ttlSeconds, remove: [key], expect }, { signal });
    } catch (error) {
      // The lease expires by itself.
      if (!(error instanceof CacheError)) throw error;
    }
  }
}
