import fc from "fast-check";
import { hostileWord, mutatedText } from "./hostile-text.ts";

/** A value in the place of another. */
const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileWord,
  fc.constantFrom(null, true, false, 0, -1, 1.5, 1e300, [], {}, [[]], [{}], "a", "1"),
  fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown),
);

const frames = fc.constantFrom(
  ...[
    ["[", "]"],
    ['{"columns": [', '], "identifiers": []}'],
    ['{"columns": ["a"], "identifiers": [', "]}"],
  ],
  ...[
    ['{"keys": [', "]}"],
    ['{"signed": {"views": [', ']}, "signatures": []}'],
    ['{"signed": 1, "signatures": [', "]}"],
  ],
  ['{"columns": ["a"], "identifiers": [], "ask": {"synonyms": {"a": [', "]}}}"],
);
const items = fc.oneof(
  fc.constantFrom(
    "1",
    "{}",
    "[]",
    '"a"',
    '""',
    '"\\u0041"',
    "1.5",
    "null",
    '{"name":"a"}',
    "9".repeat(4_300),
    "[[[]]]",
  ),
  hostileWord.map((word) => JSON.stringify(word)),
);

/** Good JSON of one item over and over, about as long as is said: what its reader is slow at shows itself. */
export function hugeJson(charactersMax: number): fc.Arbitrary<string> {
  return fc
    .tuple(frames, items, fc.constantFrom(0.1, 0.5, 0.99))
    .map(([[start = "", end = ""], item, share]) => {
      const times = Math.max(1, Math.floor((share * charactersMax) / (item.length + 1)));
      return `${start}${`${item},`.repeat(times - 1)}${item}${end}`;
    });
}

/** Where a value is replaced, dropped, or gets a neighbour: steps into it, each round and round. */
interface Edit {
  readonly steps: readonly number[];
  readonly kind: "add" | "drop" | "replace";
  readonly key: string;
  readonly value: unknown;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  steps: fc.array(fc.nat(9), { maxLength: 4 }),
  kind: fc.constantFrom("replace", "drop", "add"),
  key: hostileWord,
  value: hostileValue,
});

/** Texts that are nearly the JSON of these values: some members replaced, dropped or added, then the text itself harmed. */
export function mutatedJson(values: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const edited = fc
    .tuple(values, fc.array(edit, { maxLength: 3 }), fc.constantFrom(undefined, undefined, 2))
    .map(([value, edits, indent]) => JSON.stringify(edits.reduce(applyEdit, value), undefined, indent) ?? "");
  return fc.oneof({ weight: 3, arbitrary: edited }, { weight: 1, arbitrary: mutatedText(edited) });
}

function applyEdit(value: unknown, { steps, ...what }: Edit): unknown {
  if (typeof value !== "object" || value === null) return what.kind === "drop" ? null : what.value;
  const entries: (readonly [string, unknown])[] = Object.entries(value);
  const [step, ...rest] = steps;
  if (step === undefined || entries.length === 0) return rebuilt(value, edited(entries, what));
  const at = step % entries.length;
  return rebuilt(
    value,
    entries.map(([key, item], index) => [
      key,
      index === at ? applyEdit(item, { steps: rest, ...what }) : item,
    ]),
  );
}

type Entries = readonly (readonly [string, unknown])[];

function edited(entries: Entries, { kind, key, value }: Omit<Edit, "steps">): Entries {
  if (kind === "drop") return entries.slice(1);
  return kind === "add" ? [...entries, [key, value]] : [[entries[0]?.[0] ?? key, value], ...entries.slice(1)];
}

function rebuilt(before: object, entries: Entries): unknown {
  if (Array.isArray(before)) return entries.map(([, item]) => item);
  // Own keys, __proto__ too, as JSON.parse makes them.
  return Object.fromEntries(entries);
}
