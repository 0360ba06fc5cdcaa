#!/bin/sh
# The same line of TypeScript runs a module on Node 24.21.0, and does not on Deno 2.9.5 and Bun 1.4.5: import { type Shape } from "./it.ts".
# Node blanks the names and leaves "import { } from", as the compiler option verbatimModuleSyntax does; Deno leaves the statement
# out unless the configuration sets that option, and Bun does even then. So what the module does when it is loaded (a registration,
# a patch of a global, a cycle of imports) happens on some runtimes only. "import type { Shape }" runs it nowhere.
# Seen: "loaded" on Node, "not loaded" on Deno and Bun; with verbatimModuleSyntax "loaded" on Node and Deno.
# The effect of the option is documented; that the runtimes differ is not. Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm pkg set type=module >/dev/null
npm install --silent --save-exact node@24.21.0 deno@2.9.5 bun@1.4.5
cat >it.ts <<'TS'
export interface Shape { readonly size: number }
Object.assign(globalThis, { loaded: true });
TS
cat >by-name.ts <<'TS'
import { type Shape } from "./it.ts";
const shape: Shape = { size: 1 };
console.log("loaded" in globalThis ? "loaded" : "not loaded", shape.size);
TS
sed 's/{ type Shape }/type { Shape }/' by-name.ts >by-statement.ts
runs() {
  [ "$(node_modules/.bin/node "$1")" = "$2 1" ]
  [ "$(node_modules/.bin/deno run -A "$1")" = "$3 1" ]
  [ "$(node_modules/.bin/bun "$1")" = "$4 1" ]
}
runs by-name.ts loaded 'not loaded' 'not loaded'
runs by-statement.ts 'not loaded' 'not loaded' 'not loaded'
echo '{ "compilerOptions": { "verbatimModuleSyntax": true } }' | tee deno.json >tsconfig.json
runs by-name.ts loaded loaded 'not loaded'
echo 'import { type Shape } runs the module on Node 24.21.0, and not on Deno 2.9.5 and Bun 1.4.5'
