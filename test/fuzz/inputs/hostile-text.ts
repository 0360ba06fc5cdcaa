import fc from "fast-check";

/** What readers of text have stumbled over. */
export const HOSTILE_WORDS: readonly string[] = [
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "length"],
  ...["", " ", "\t", "\n", "\r\n", "\u0000", "\u001b[31m", "\u007f", "\u0085", "\u2028", "\u202e", "\ufeff"],
  ...[
    "\ud800",
    "\udc00",
    "\ufffe",
    "\u{1f600}",
    "e\u0301",
    "İ",
    "ß",
    "ﬀ",
    "ＨＧＬＧ１１",
    "a\u0300".repeat(50),
  ],
  ...[
    "null",
    "~",
    "true",
    "no",
    "NaN",
    ".nan",
    ".inf",
    "-.inf",
    "Infinity",
    "-0",
    "-0.0",
    "00",
    "012",
    "1_000",
  ],
  ...["0x1F", "0o17", "0b1", "1e999", "1e-999", "1E5", "1.", ".5", "+1", "9007199254740993", "9".repeat(400)],
  ...[
    "1:30",
    "2024-01-01",
    "=",
    "<<",
    "*a",
    "&a",
    "!!str",
    "!t",
    "%YAML 1.1",
    "---",
    "...",
    "- ",
    "? ",
    ": ",
  ],
  ...["list", "hash", "loaded", "view_a", "public.view_a", "../../etc/passwd", "a/b", "%00", "%", "{{a}}"],
  ...[
    "HGLG11",
    "hglg11.sa",
    "BVMF:HGLG11",
    "' OR 1=1--",
    '"; DROP TABLE a',
    "<script>",
    "\\",
    "\\u0041",
    "\\x",
  ],
  ...["a".repeat(129), "a".repeat(2000), "[".repeat(200), "{a: ".repeat(120), '{"a":'.repeat(120)],
];

/** A short text: one of those words, digits, or characters of any kind. */
export const hostileWord: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE_WORDS),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ maxLength: 12 }),
  fc.stringMatching(/^-?[0-9]{1,30}(\.[0-9]{1,5})?$/),
);

/** A small text over and over: what takes quadratic time shows itself. */
export function repeatedText(charactersMax: number): fc.Arbitrary<string> {
  return fc
    .tuple(hostileWord, pieces, fc.nat(charactersMax), hostileWord)
    .map(([start, piece, length, end]) => {
      return `${start}${fill(piece, length)}${end}`;
    });
}

/** A small text so often that it is as large as may be, or nearly. */
export function hugeText(charactersMax: number): fc.Arbitrary<string> {
  const share = fc.constantFrom(0.1, 0.25, 0.5, 1, 1);
  return fc.tuple(hostileWord, pieces, share, hostileWord).map(([start, piece, part, end]) => {
    return `${start}${fill(piece, part * charactersMax - start.length - end.length)}${end}`;
  });
}

const marks = fc.constantFrom(
  ...[..."[]{},:-?&*!|>%@\"'#\n\t \\~0a"].flatMap((mark) => [mark, `${mark} `, `${mark}\n`, `a${mark}`]),
);
const pieces = fc.oneof(
  marks,
  hostileWord,
  fc.array(fc.oneof(marks, hostileWord), { maxLength: 3 }).map((words) => words.join("")),
);

function fill(piece: string, length: number): string {
  return piece === "" ? "" : piece.repeat(Math.max(0, Math.floor(length / piece.length)));
}

/** One change of a text; positions count from its start, round and round. */
interface Change {
  readonly kind: "copy" | "cut" | "insert" | "move" | "truncate";
  readonly at: number;
  readonly length: number;
  readonly word: string;
}

/** Texts that are nearly those given: pieces cut, copied, moved, and hostile words put between. */
export function mutatedText(texts: fc.Arbitrary<string>, words = hostileWord): fc.Arbitrary<string> {
  const change: fc.Arbitrary<Change> = fc.record({
    kind: fc.constantFrom("insert", "cut", "copy", "move", "insert", "truncate"),
    at: fc.nat(20_000),
    length: fc.oneof(fc.nat(3), fc.nat(80)),
    word: words,
  });
  return fc
    .tuple(texts, fc.array(change, { maxLength: 5 }))
    .map(([text, changes]) => changes.reduce(changed, text));
}

function changed(text: string, { kind, at: anywhere, length, word }: Change): string {
  const at = anywhere % (text.length + 1);
  const [before, piece, after] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)];
  switch (kind) {
    case "insert":
      return `${before}${word}${piece}${after}`;
    case "cut":
      return before + after;
    case "copy":
      return `${before}${piece}${piece}${after}`;
    case "move":
      return `${piece}${before}${after}`;
    case "truncate":
      return length > 60 ? before : text;
  }
}

/** Bytes of texts, with a few of them replaced: not always UTF-8 any more. */
export function mutatedBytes(texts: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> {
  const flips = fc.array(fc.tuple(fc.nat(20_000), fc.nat(255)), { maxLength: 3 });
  return fc
    .tuple(texts, fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, flips))
    .map(([text, changes]) => {
      const bytes = new TextEncoder().encode(text);
      for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
      return bytes;
    });
}

/** Mostly one, rarely the other: one input in about `every`. */
export function rarely<Value>(
  every: number,
  { often, seldom }: { readonly often: fc.Arbitrary<Value>; readonly seldom: fc.Arbitrary<Value> },
): fc.Arbitrary<Value> {
  return fc.oneof({ weight: every - 1, arbitrary: often }, { weight: 1, arbitrary: seldom });
}
