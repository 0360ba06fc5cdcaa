/** Too many requests had a wrong token; this one had one as well. */
export class TooManyAttemptsError extends Error {
  override readonly name = "TooManyAttemptsError";
  readonly code = "too-many-attempts";
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super("Cannot look at one more wrong token");
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
