import { createHmac } from "node:crypto";
import type { LocalizedText } from "../../lib/language.ts";
import { isSameBytes } from "../../lib/same-bytes.ts";

/**
 * A key that makes and verifies signatures. It has no property with the secret, so that no log, error or
 * printed object shows the secret by accident.
 */
export interface SigningKey {
  /** The name that the owner gave it, or a fingerprint of the secret; never secret. */
  readonly keyid: string;
  /** HMAC-SHA256 of a text in UTF-8: 32 bytes. */
  readonly mac: (text: string) => Uint8Array;
}

/** The only algorithm, by its name in manifests and keyrings. */
export const SIGNATURE_ALGORITHM = "HMAC-SHA256";

/** The form that {@link isKeyid} accepts, for messages. */
export const KEYID_FORM: LocalizedText = {
  en: "1 to 64 letters, digits, dots, hyphens or underscores",
  pt: "de 1 a 64 letras, dígitos, pontos, hifens ou sublinhados",
};

/** The form of secrets that {@link createSigningKey} accepts, for messages. */
export const SECRET_FORM: LocalizedText = {
  en: "32 to 1024 visible ASCII characters without spaces",
  pt: "de 32 a 1024 caracteres ASCII visíveis, sem espaços",
};

/** The text whose MAC identifies a key. It is never a manifest's signed text, so the MAC is no signature. */
const FINGERPRINT_MESSAGE = "mosaic signing key";

const KEYID_PATTERN = /^[A-Za-z0-9._-]{1,64}$/;
const SECRET_PATTERN = /^[\x21-\x7e]{32,1024}$/;

export function isKeyid(text: string): boolean {
  return KEYID_PATTERN.test(text);
}

/**
 * Makes a key from a secret; undefined if the secret does not have {@link SECRET_FORM}, or the name does not have
 * {@link KEYID_FORM}.
 *
 * The characters of the secret are the key bytes; nothing is decoded, so that other programs can use the
 * secret as it is.
 *
 * @param keyid without one, the key is named after a fingerprint that does not reveal the secret
 */
export function createSigningKey(secret: string, keyid?: string): SigningKey | undefined {
  if (!SECRET_PATTERN.test(secret) || (keyid !== undefined && !isKeyid(keyid))) return undefined;
  const mac = (text: string): Uint8Array => createHmac("sha256", secret).update(text).digest();
  return Object.freeze({ keyid: keyid ?? keyFingerprint(mac), mac });
}

/**
 * Parses a key in the form of a setting: `SECRET`, or `KEYID:SECRET`. The first colon ends the name.
 *
 * @returns undefined for anything else
 */
export function parseSigningKey(text: string): SigningKey | undefined {
  const colon = text.indexOf(":");
  if (colon < 0) return createSigningKey(text);
  return createSigningKey(text.slice(colon + 1), text.slice(0, colon));
}

export function isSameSecret(left: SigningKey, right: SigningKey): boolean {
  return isSameBytes(left.mac(FINGERPRINT_MESSAGE), right.mac(FINGERPRINT_MESSAGE));
}

function keyFingerprint(mac: SigningKey["mac"]): string {
  return Buffer.from(mac(FINGERPRINT_MESSAGE).subarray(0, 8)).toString("hex");
}
