/** The certificates of `REDIS_TLS_CA` cannot be read; the message contains no secret. */
export class CaCertificatesError extends Error {
  override readonly name = "CaCertificatesError";
  readonly code = "redis-authority-unusable";

  constructor(path: string, detail: string) {
    super(`Cannot load REDIS_TLS_CA ${JSON.stringify(path)}: ${detail}`);
  }
}
