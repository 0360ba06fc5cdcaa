/** The keys of the settings cannot be read; the message contains no secret. */
export class SigningKeysError extends Error {
  override readonly name = "SigningKeysError";
  readonly code = "signing-keys-unusable";
}
