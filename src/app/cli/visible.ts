/** A text from elsewhere for a terminal: what moves the cursor, or is not seen at all, as the escape of it. */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (unseen) => {
    const code = (unseen.codePointAt(0) ?? 0).toString(16);
    return `\\u{${code}}`;
  });
}
