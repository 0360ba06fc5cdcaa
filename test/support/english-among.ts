/** Words that English messages have, and Portuguese ones do not: `no`, `a`, `as`, `do`, `use` and `me` are words of both. */
const ENGLISH =
  /(?<![\p{L}\p{N}_])(?:above|add|align|all|an|and|at|be|before|begins?|below|belongs?|blanks?|cannot|deeper|each|ends?|fields?|file|from|got|has|have|here|holds?|indent(?:ed)?|instead|into|is|it|its|key|line|lists|more|most|must|not|nothing|number|object|of|one|or|other|own|place|quote|reads?|refuses?|remove|same|space|stands?|take|takes|text|than|that|the|this|to|twice|value|view's|what|where|which|with|write|writes|written)(?![\p{L}\p{N}_])/iu;

/** A message without its quoted parts, and without YAML, which are not translated. */
function proseOf(message: string): string {
  return message
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, "")
    .replaceAll(/'[^']*'/g, "")
    .replaceAll(/\{\{.*\}\}|\{%.*%\}/g, "")
    .replaceAll(/(?:^|[\s{])[\w.*]+:(?=\s)/g, " ");
}

/** The messages that have English words, or none. */
export function englishAmong(messages: readonly string[]): readonly string[] {
  return messages.filter((message) => message === "" || ENGLISH.test(proseOf(message)));
}
