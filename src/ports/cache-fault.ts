/** A recognized fault of the server behind a cache, or of the connection to it. */
export const CACHE_FAULTS = [
  "certificate",
  "client-certificate",
  "closed-early",
  "cluster-down",
  "cluster-node",
  "database",
  "disk",
  "hash-tag",
  "loading",
  "memory-full",
  "no-answer",
  "no-cluster",
  "no-hello",
  "no-password",
  "no-replicas",
  "no-sentinel",
  "password",
  "permission",
  "primary-lost",
  "protected",
  "refused",
  "replica",
  "rights",
  "sentinel",
  "sentinel-password",
  "slot-moving",
  "slot-unserved",
  "slow-handshake",
  "timeout",
  "tls",
  "unknown-host",
  "unknown-primary",
  "unreachable",
] as const;

/** One of {@link CACHE_FAULTS}. */
export type CacheFaultKind = (typeof CACHE_FAULTS)[number];

/** A recognized fault. */
export interface CacheFault {
  readonly kind: CacheFaultKind;
  /** The fault and its remedy, without hosts, keys or secrets. */
  readonly advice: string;
}
