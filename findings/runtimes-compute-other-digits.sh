#!/bin/sh
# Math.log10(40) is another number on Node 24.21.0 than on Deno 2.9.5, and 1.005 ** 360 another on Bun 1.4.5 than on both. The V8 of
# Deno (15.0) rounded all of 298 logarithms to base 10 correctly, that of Node (13.6) 267 of them; for whole exponents JavaScriptCore
# multiplies and rounds again and again. So a hash over computed numbers, or a snapshot of them in a test, does not hold on another
# runtime, and 1e308 === 10 ** 308 is false on Bun. Powers agree on Node and Deno, square roots on all.
# Seen: 1.6020599913279625 on Node (26.10.0 as well), 1.6020599913279623 on Deno; 6.0225752122629865 on Node and Deno,
# 6.022575212262888 on Bun. The exact values are those of Deno. Of the powers of ten up to 10 ** 308 Bun gives 252 other than as
# written, Node and Deno 2. The two V8s differ in more functions (log1p, sin, cos, tan). ECMAScript leaves this accuracy to the
# implementation. There are issues about older changes of V8; about these two differences neither an issue nor documentation was
# found. Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact node@24.21.0 deno@2.9.5 bun@1.4.5
cat >run.mjs <<'JS'
let powers = 0;
for (let exponent = 0; exponent <= 308; exponent += 1) {
  if (10 ** exponent !== Number(`1e${exponent}`)) powers += 1;
}
// 1.005 ** 360 with 30 digits, from the double nearest to 1.005 as an exact fraction
const scale = 2n ** 52n;
const base = BigInt(1.005 * Number(scale));
const exact = Number(`${(base ** 360n * 10n ** 30n) / scale ** 360n}e-30`);
console.log(Math.log10(40), powers, 1.005 ** 360, exact, Math.sqrt(3));
JS
same='6.0225752122629865 1.7320508075688772'
[ "$(node_modules/.bin/node run.mjs)" = "1.6020599913279625 2 6.0225752122629865 $same" ]
[ "$(node_modules/.bin/deno run -A run.mjs)" = "1.6020599913279623 2 6.0225752122629865 $same" ]
[ "$(node_modules/.bin/bun run.mjs | cut -d ' ' -f 2-)" = "252 6.022575212262888 $same" ]
echo 'Math.log10(40) differs on Node 24.21.0 and Deno 2.9.5, 1.005 ** 360 on both and Bun 1.4.5'
