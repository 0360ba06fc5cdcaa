/** Too many requests had a wrong token, and so has this one. */
export class TooManyAttemptsError extends Error {
  override readonly name = "TooManyAttemptsError";
  readonly code = "too-many-attempts";
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super("Cannot look at one more wrong token");
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
