import { randomBytes } from "node:crypto";
import { hostname } from "node:os";

/** The host, which is the name of a pod in Kubernetes, and a part that distinguishes two starts on it. */
export function createReplicaId(): string {
  return `${hostName().slice(0, 60)}-${randomBytes(4).toString("hex")}`;
}

function hostName(): string {
  try {
    return hostname().replace(/[^\x21-\x7e]/g, "") || "replica";
  } catch {
    // Deno needs a permission for it.
    return "replica";
  }
}
