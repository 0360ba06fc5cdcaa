import { randomBytes } from "node:crypto";
import { hostname } from "node:os";

/** The host, which is the pod where there are pods, and what tells two starts on it apart. */
export function createReplicaId(): string {
  return `${hostName().slice(0, 60)}-${randomBytes(4).toString("hex")}`;
}

function hostName(): string {
  try {
    return hostname().replace(/[^\x21-\x7e]/g, "") || "replica";
  } catch {
    // Deno tells it only to whom it permits.
    return "replica";
  }
}
