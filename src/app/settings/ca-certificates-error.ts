/** The certificates that `REDIS_TLS_CA` names cannot be had; the message holds no secret. */
export class CaCertificatesError extends Error {
  override readonly name = "CaCertificatesError";
  readonly code = "redis-authority-unusable";

  constructor(path: string, detail: string) {
    super(`Cannot load REDIS_TLS_CA ${JSON.stringify(path)}: ${detail}`);
  }
}
