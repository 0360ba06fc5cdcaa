import { createMemorySource } from "../../src/adapters/memory/source.ts";
import { type ReloadOutcome, reload } from "../../src/app/catalog/reload.ts";
import { type ComparisonMemory, preload, reconcile } from "../../src/app/catalog/sync.ts";
import { createCatalogVerifier } from "../../src/app/signing/catalog-verifier.ts";
import type { SigningKeysLoad } from "../../src/app/signing/signing-keys.ts";
import { MANIFEST_FILE } from "../../src/domain/signing/manifest.ts";
import type { SigningKey } from "../../src/domain/signing/signing-key.ts";
import type { CachePort } from "../../src/ports/cache-port.ts";
import { catalogOf, createReplica, type Replica, type ViewFiles } from "./catalog-replica.ts";
import { signed } from "./signed-catalog.ts";

/** Files of a release: views, and the manifest if it was signed. */
export async function release(
  files: ViewFiles,
  generation: number,
  keys: readonly SigningKey[],
): Promise<ViewFiles> {
  const manifest = new TextDecoder().decode(signed(await catalogOf(files), generation, keys));
  return { ...files, [MANIFEST_FILE]: manifest };
}

/** A replica in mode `hmac` whose disk and keyring can be replaced. */
export interface SignedReplica {
  readonly replica: Replica;
  /** Replaces its keyring, which it reads when it sees fit. */
  trust(...keys: readonly SigningKey[]): void;
  /** Leaves it a keyring that cannot be read. */
  breakKeyring(): void;
  deploy(files: ViewFiles): void;
  reload(files?: ViewFiles): Promise<ReloadOutcome>;
  reconcile(): Promise<boolean>;
  served(): string | undefined;
  generation(): number | undefined;
}

export interface SignedReplicaOptions {
  readonly cache: CachePort;
  readonly files: ViewFiles;
  readonly keys: readonly SigningKey[];
  readonly required?: boolean;
}

export async function startSignedReplica(options: SignedReplicaOptions): Promise<SignedReplica> {
  const { cache, files, required = false } = options;
  const load = (keys: readonly SigningKey[]): SigningKeysLoad => ({ kind: "keys", keys, warnings: [] });
  let keyring = load(options.keys);
  const verifier = createCatalogVerifier(
    { viewsSignatureMode: "hmac", viewsSignatureRequired: required },
    async () => keyring,
  );
  await verifier.refreshKeys();
  const source = createMemorySource(files);
  const replica = createReplica({ cache, source, verifier });
  const memory: ComparisonMemory = {};
  await preload(replica.deps);
  const { holder } = replica.deps;
  return {
    replica,
    trust: (...keys) => {
      keyring = load(keys);
    },
    breakKeyring: () => {
      keyring = { kind: "refused", detail: "Cannot load keyring: it is not JSON" };
    },
    deploy: source.replace,
    reload(next) {
      if (next !== undefined) source.replace(next);
      return reload(replica.deps);
    },
    reconcile: () => reconcile(replica.deps, memory),
    served: () => holder.current()?.catalog.hash,
    generation: () => holder.current()?.generation,
  };
}
