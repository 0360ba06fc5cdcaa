const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text on one line: what a terminal obeys, breaks the line, or is not seen at all, as its escape `\u{…}`. */
export function visibleText(text: string): string {
  return text.replaceAll(UNSEEN, (unseen) => `\\u{${(unseen.codePointAt(0) ?? 0).toString(16)}}`);
}
