import { INTEGER_DIGITS_MAX } from "../../../domain/json/json-value.ts";
import { resolveYaml11, tooManyDigits, type Yaml11Scalar } from "../../../domain/view/yaml11-reading.ts";
import type { ReaderScalar } from "./reader-node.ts";

const PREFIX = "tag:yaml.org,2002:";
const TEXT: Yaml11Scalar = { type: "text" };

/** The type and value that PyYAML's SafeLoader gives to a scalar, by its tag or by its form. */
export function readPyyamlScalar({ tag, text, style }: ReaderScalar): Yaml11Scalar {
  if (tag === undefined) return style === "plain" || style === "empty" ? resolveYaml11(text) : TEXT;
  // A tag that the reader ignores makes even a quoted scalar resolve like a plain one.
  if (tag === "!") return resolveOpened(text);
  switch (tag) {
    case `${PREFIX}str`:
      return TEXT;
    case `${PREFIX}null`:
      return { type: "null" };
    case `${PREFIX}bool`:
      return taggedBoolean(text);
    case `${PREFIX}int`:
      return taggedInteger(text);
    case `${PREFIX}float`:
      return taggedFloat(text);
    default:
      return refused("unknown tag", "tag desconhecida");
  }
}

function resolveOpened(text: string): Yaml11Scalar {
  if (/^[!&*]\n?$/.test(text)) {
    const mark = text.charAt(0);
    return refused(`it reads ${mark} as an indicator`, `ele lê ${mark} como um indicador`);
  }
  return text.startsWith("\n") ? TEXT : resolveYaml11(text.replace(/\n$/, ""));
}

function refused(en: string, pt: string): Yaml11Scalar {
  return { type: "refused", reason: { en, pt } };
}

function unreadable(text: string, en: string, pt: string): Yaml11Scalar {
  const shown = JSON.stringify(text);
  return refused(`it reads no ${en} from ${shown}`, `ele não lê ${pt} em ${shown}`);
}

function taggedBoolean(text: string): Yaml11Scalar {
  if (/^(?:yes|true|on)$/i.test(text)) return { type: "boolean", value: true };
  if (/^(?:no|false|off)$/i.test(text)) return { type: "boolean", value: false };
  return unreadable(text, "boolean", "um booleano");
}

function taggedInteger(text: string): Yaml11Scalar {
  const digits = text.trim().replaceAll("_", "");
  if (digits.length > INTEGER_DIGITS_MAX) return tooManyDigits();
  const [, sign, rest = ""] = /^([-+]?)(.*)$/s.exec(digits) ?? [];
  const negative = sign === "-";
  // Python accepts the prefix of the base once more: `0o14` begins with a zero, and is an octal number with
  // its own prefix.
  const octal = /^0o?([0-7]+)$/i.exec(rest)?.[1];
  const literal = /^0[bB][01]+$|^0[xX][0-9a-fA-F]+$|^[1-9][0-9]*$|^0$/.test(rest) ? rest : undefined;
  const written = octal === undefined ? literal : `0o${octal}`;
  if (written !== undefined) return { type: "integer", value: negative ? -BigInt(written) : BigInt(written) };
  if (/^[0-9]+(?::[0-9]+)+$/.test(rest)) return resolveYaml11(digits);
  return unreadable(text, "integer", "um número inteiro");
}

const FLOAT = /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/;

function taggedFloat(text: string): Yaml11Scalar {
  const plain = text.trim().replaceAll("_", "");
  if (FLOAT.test(plain)) return { type: "float", value: Number(plain) };
  const scalar = resolveYaml11(plain);
  return scalar.type === "float" ? scalar : unreadable(text, "float", "um número decimal");
}
