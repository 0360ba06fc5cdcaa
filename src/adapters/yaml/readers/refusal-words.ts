import type { RefusalCode } from "./reader-refusal.ts";

/** Why a reader refuses a file, after "cannot read this file:", and what to write instead. */
export const REFUSAL_WORDS: Readonly<Record<RefusalCode, readonly [reason: string, hint: string]>> = {
  "alias-unknown": ["the alias refers to no anchor before it", "write the value out instead of the alias"],
  "anchor-name": [
    "the name of the anchor has more than letters from A to Z, digits, _ and -",
    "rename the anchor and its aliases",
  ],
  "anchor-repeated": ["the anchor is defined a second time", "give the second anchor a name of its own"],
  "block-form": [
    "the line does not belong to the list or object that is open here",
    "align it with the lines of the same list or object, or quote the text",
  ],
  "block-header": [
    "something else than + or -, a digit from 1 to 9 and a comment follows the | or >",
    "remove it",
  ],
  character: ["the file holds a byte order mark inside its text", "remove the mark"],
  date: ["the date is in no calendar", "quote it if it is text"],
  directive: ["the line that begins with % is not one that it knows", "remove the line"],
  document: ["it finds a second document in it", "put each view into a file of its own"],
  escape: [
    "the escape in double quotes is not one that it knows",
    "write the character itself, or use single quotes",
  ],
  "flow-form": [
    "the list or object in brackets has something else here than a comma or its end",
    "quote the text",
  ],
  "key-colon": [
    "the text begins where a key must stand, and no colon follows it on its line",
    'quote the text, or write it as "key: value"',
  ],
  "key-unhashable": ["a list or an object is used as a key", "use text"],
  "merge-value": ['the merge key "<<" has no object to merge', 'refer to an anchored object, or quote "<<"'],
  number: ["the text is no number", "quote it if it is text"],
  place: [
    "a key, a value or an item of a list begins where none can stand",
    "write it on a line of its own, or quote the text",
  ],
  quotes: ["the text in quotes has no end", "add the quote where it ends"],
  recursion: ["a value holds itself", "write out what is meant"],
  tab: ["a tab stands here", "replace the tab by spaces"],
  tag: ["it does not know the tag, or the tag does not fit its value", "remove the tag"],
  "token-start": ["no text can begin with this character", "quote the text"],
};
