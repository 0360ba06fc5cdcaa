import { STRANGE_BLANKS } from "../../../domain/view/view-hints.ts";
import type { BetterPlace } from "./find-unclosed.ts";
import { indentOf, type Line, lineAt } from "./source-line.ts";

/**
 * What an author did in the line that the parser stumbled over, where the line itself shows it: a template that nothing has
 * filled in, an odd blank, a missing one after `-`, text that is not indented, a line that is indented like none above it.
 */
export function findSlip(source: string, offset: number): BetterPlace | undefined {
  const line = lineAt(source, offset);
  return (
    findTemplate(line) ??
    findStrangeBlank(line.text, line.start) ??
    findMissingBlank(line) ??
    findBareText(source, line)
  );
}

const SHOWN_LENGTH_MAX = 60;

/** `{{ … }}` and `{% … %}`, which are no YAML unless they are quoted. */
export const TEMPLATE = /\{\{[^{}\n]{0,200}\}\}|\{%[^\n]{0,200}?%\}/;

/** What is said of a template, wherever it is found. */
export function templateWords(template: string): { readonly message: string; readonly hint: string } {
  const shown = template.length > SHOWN_LENGTH_MAX ? `${template.slice(0, SHOWN_LENGTH_MAX)}…` : template;
  const message = `the template ${shown} has not been filled in, and is no YAML without quotes`;
  return { message, hint: `fill it in before, or quote it: ${JSON.stringify(shown)}` };
}

function findTemplate({ start, text }: Line): BetterPlace | undefined {
  const found = TEMPLATE.exec(text);
  if (found === null) return undefined;
  // Within quotes it is text.
  if ((text.slice(0, found.index).match(/["']/g)?.length ?? 0) % 2 === 1) return undefined;
  return { offset: start + found.index, ...templateWords(found[0]) };
}

const STRANGE = `[${[...STRANGE_BLANKS.keys()].join("")}]`;
/** In the indentation, or behind the `-` or the colon that begin a value. */
const STRANGE_PLACE = new RegExp(`^((?: *- +)* *(?:-|[^\\s"'#:,[{}\\]]{1,100}:)?)(${STRANGE})`, "mu");

/** A blank that YAML takes for a letter, where it wants an ordinary one. */
export function findStrangeBlank(text: string, start = 0): BetterPlace | undefined {
  const found = STRANGE_PLACE.exec(text);
  const [, before = "", blank = ""] = found ?? [];
  const name = STRANGE_BLANKS.get(blank);
  if (found === null || name === undefined) return undefined;
  const message = `${name} stands here, where YAML wants an ordinary blank`;
  return { offset: start + found.index + before.length, message, hint: "replace it by an ordinary blank" };
}

function findMissingBlank({ start, text }: Line): BetterPlace | undefined {
  const [, indent = "", item = ""] = /^([ ]*)-([^\s-][^\s:]*)$/u.exec(text.trimEnd()) ?? [];
  if (item === "" || /^[\d.]+$/.test(item)) return undefined;
  const hint = `write - ${item.slice(0, SHOWN_LENGTH_MAX)}`;
  return { offset: start + indent.length, message: "a blank is missing after the -", hint };
}

const BLOCK_BEGINS = /:[ \t]+[|>][-+\d]*[ \t]*(?:#.*)?$/;
const TEXT_BEGINS = /:[ \t]+[^\s|>#"'[{&*!].*$/;

/** A line that goes on with the text of the line above it, and is not indented deeper than its key. */
function findBareText(source: string, { start, text }: Line): BetterPlace | undefined {
  if (start === 0 || text.trim() === "") return undefined;
  const above = lineAt(source, start - 1).text;
  if (indentOf(text) > (/^ *(?:- +)*/.exec(above)?.[0].length ?? 0)) return undefined;
  const offset = start + indentOf(text);
  const hint = "indent the lines of the text deeper than its key";
  const message = "this line belongs to the text above it, and is not indented deeper than its key";
  if (BLOCK_BEGINS.test(above)) return { offset, message, hint };
  if (!TEXT_BEGINS.test(above) || /^ *-|:/.test(text)) return undefined;
  return {
    offset,
    message: "this line is no key, and no part of the text above it: it is not indented deeper than its key",
    hint: `${hint}, or write it as "key: value"`,
  };
}
