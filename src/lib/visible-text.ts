const INVISIBLE_CHARACTER = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Puts a text on one line: replaces characters that control a terminal, break the line or are invisible by the
 * escape `\u{…}`.
 */
export function makeTextVisible(text: string): string {
  return text.replaceAll(
    INVISIBLE_CHARACTER,
    (unseen) => `\\u{${(unseen.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** The beginning of a text, with `…` if the text is longer than `lengthMax` UTF-16 units. */
export function excerptText(text: string, lengthMax: number): string {
  return text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
}

/**
 * Writes as JSON escapes the characters that {@link makeTextVisible} replaces, so that the values stay the
 * same. Line breaks between values stay.
 */
export function makeJsonVisible(json: string): string {
  return json.replaceAll(INVISIBLE_CHARACTER, (unseen) => (unseen === "\n" ? unseen : escapeForJson(unseen)));
}

function escapeForJson(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
