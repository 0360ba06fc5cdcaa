const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text on one line: what a terminal obeys, breaks the line, or is not seen at all, as its escape `\u{…}`. */
export function visibleText(text: string): string {
  return text.replaceAll(UNSEEN, (unseen) => `\\u{${(unseen.codePointAt(0) ?? 0).toString(16)}}`);
}

/** JSON that holds the same values, with what {@link visibleText} escapes as JSON's own escapes; line breaks between values stay. */
export function visibleJson(json: string): string {
  return json.replaceAll(UNSEEN, (unseen) => (unseen === "\n" ? unseen : jsonEscape(unseen)));
}

function jsonEscape(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
