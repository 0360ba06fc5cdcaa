/**
 * Orders two strings by Unicode code point, as Python and SQL collation "C" do.
 *
 * JavaScript compares UTF-16 units, which puts U+1F600 (a surrogate pair, D83D DE00) before U+E000. Here the units
 * from U+D800 up are shifted so that surrogates sort after every other unit.
 *
 * @returns a negative number, zero or a positive number, as `Array.prototype.sort` takes it
 */
export function compareCodePoints(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
