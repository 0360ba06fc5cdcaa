import { INTEGER_DIGITS_MAX } from "../../../domain/json/json-value.ts";
import {
  createTooManyDigitsRefusal,
  resolveYaml11,
  type Yaml11Scalar,
} from "../../../domain/view/yaml11-reading.ts";
import type { ReaderScalar } from "./reader-node.ts";

const TAG_PREFIX = "tag:yaml.org,2002:";
const TEXT_SCALAR: Yaml11Scalar = { type: "text" };

/** Returns the type and value that PyYAML's SafeLoader gives to a scalar, by its tag or by its form. */
export function readPyyamlScalar({ tag, text, style }: ReaderScalar): Yaml11Scalar {
  if (tag === undefined) return style === "plain" || style === "empty" ? resolveYaml11(text) : TEXT_SCALAR;
  // With the tag `!`, PyYAML resolves even a quoted scalar like a plain one.
  if (tag === "!") return resolveWithEmptyTag(text);
  switch (tag) {
    case `${TAG_PREFIX}str`:
      return TEXT_SCALAR;
    case `${TAG_PREFIX}null`:
      return { type: "null" };
    case `${TAG_PREFIX}bool`:
      return readTaggedBoolean(text);
    case `${TAG_PREFIX}int`:
      return readTaggedInteger(text);
    case `${TAG_PREFIX}float`:
      return readTaggedFloat(text);
    default:
      return createRefusal("it does not know the tag", "ele não conhece a tag");
  }
}

function resolveWithEmptyTag(text: string): Yaml11Scalar {
  if (/^[!&*]\n?$/.test(text)) {
    const indicator = text.charAt(0);
    return createRefusal(`it reads ${indicator} as an indicator`, `ele lê ${indicator} como um indicador`);
  }
  return text.startsWith("\n") ? TEXT_SCALAR : resolveYaml11(text.replace(/\n$/, ""));
}

function createRefusal(en: string, pt: string): Yaml11Scalar {
  return { type: "refused", reason: { en, pt } };
}

function createValueRefusal(text: string, en: string, pt: string): Yaml11Scalar {
  const shown = JSON.stringify(text);
  return createRefusal(`it cannot read ${shown} as ${en}`, `ele não consegue ler ${shown} como ${pt}`);
}

function readTaggedBoolean(text: string): Yaml11Scalar {
  if (/^(?:yes|true|on)$/i.test(text)) return { type: "boolean", value: true };
  if (/^(?:no|false|off)$/i.test(text)) return { type: "boolean", value: false };
  return createValueRefusal(text, "a boolean", "um booleano");
}

function readTaggedInteger(text: string): Yaml11Scalar {
  const digits = text.trim().replaceAll("_", "");
  if (digits.length > INTEGER_DIGITS_MAX) return createTooManyDigitsRefusal();
  const [, sign, rest = ""] = /^([-+]?)(.*)$/s.exec(digits) ?? [];
  const isNegative = sign === "-";
  // PyYAML does not remove the prefix `0o`, but calls Python's `int(…, 8)`, which accepts the prefix.
  const octal = /^0o?([0-7]+)$/i.exec(rest)?.[1];
  const literal = /^0[bB][01]+$|^0[xX][0-9a-fA-F]+$|^[1-9][0-9]*$|^0$/.test(rest) ? rest : undefined;
  const written = octal === undefined ? literal : `0o${octal}`;
  if (written !== undefined)
    return { type: "integer", value: isNegative ? -BigInt(written) : BigInt(written) };
  if (/^[0-9]+(?::[0-9]+)+$/.test(rest)) return resolveYaml11(digits);
  return createValueRefusal(text, "an integer", "um número inteiro");
}

const FLOAT_PATTERN = /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/;

function readTaggedFloat(text: string): Yaml11Scalar {
  const plain = text.trim().replaceAll("_", "");
  if (FLOAT_PATTERN.test(plain)) return { type: "float", value: Number(plain) };
  const scalar = resolveYaml11(plain);
  return scalar.type === "float" ? scalar : createValueRefusal(text, "a float", "um número decimal");
}
