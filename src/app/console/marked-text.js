import { foldText } from "./search-index.js";

/**
 * Splits a text into matches of a search and the parts between them.
 *
 * @param {string} text
 * @param {readonly string[]} words as `foldText` returns them
 * @returns {readonly { readonly text: string, readonly found: boolean }[]} matches and other parts; joined, they are the text
 */
export function markedText(text, words) {
  const { folded, origin } = foldWithOrigin(text);
  const isFound = new Uint8Array(text.length);
  for (const word of words) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) {
      isFound.fill(1, origin[at], origin[at + word.length] ?? text.length);
    }
  }
  /** @type {{ text: string, found: boolean }[]} */
  const pieces = [];
  let start = 0;
  for (let end = 1; end <= text.length; end++) {
    if (end < text.length && isFound[end] === isFound[start]) continue;
    pieces.push({ text: text.slice(start, end), found: isFound[start] === 1 });
    start = end;
  }
  return pieces;
}

/**
 * Folds a text character by character, and returns for each index of the result the index of its character in the text.
 *
 * @param {string} text
 */
function foldWithOrigin(text) {
  let folded = "";
  /** @type {number[]} */
  const origin = [];
  let at = 0;
  for (const character of text) {
    const piece = foldText(character);
    for (let unit = 0; unit < piece.length; unit++) origin.push(at);
    folded += piece;
    at += character.length;
  }
  return { folded, origin };
}
