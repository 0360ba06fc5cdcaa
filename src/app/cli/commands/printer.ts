import { visibleJson, visibleText } from "../../../lib/visible-text.ts";
import type { Output } from "./command.ts";

/**
 * The output of commands. Names of files and texts of views are input: they must not move the cursor of a
 * terminal or forge a line in the log of a pipeline, so everything is escaped here and nowhere else.
 */
export interface Printer {
  /** Whether it is a terminal. */
  readonly terminal: boolean;
  /** One line, for any text. */
  line(text: string): void;
  /** Lines of the program itself: their line breaks stay. */
  block(text: string): void;
  /** JSON text, whose strings keep their values. */
  json(text: string): void;
  /** Overwrites the current line; without a text, clears it. */
  overwrite(text?: string): void;
  /** Drops unwritten output. */
  giveUp(): void;
}

const CLEAR_LINE = "\r\u001b[K";

/** Escapes all that is printed. */
export function createPrinter(output: Output): Printer {
  return {
    terminal: output.terminal,
    line: (text) => output.write(`${visibleText(text)}\n`),
    block: (text) => output.write(`${text.split("\n").map(visibleText).join("\n")}\n`),
    json: (text) => output.write(`${visibleJson(text)}\n`),
    overwrite: (text = "") => output.write(`${CLEAR_LINE}${visibleText(text)}`),
    giveUp: () => output.giveUp?.(),
  };
}
