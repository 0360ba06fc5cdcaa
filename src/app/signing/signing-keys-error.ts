/** The keys that the settings name cannot be had; the message holds no secret. */
export class SigningKeysError extends Error {
  override readonly name = "SigningKeysError";
  readonly code = "signing-keys-unusable";
}
