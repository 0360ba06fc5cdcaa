import { visibleJson, visibleText } from "../../../lib/visible-text.ts";
import type { Output } from "./command.ts";

/**
 * What commands print with. Names of files and texts of views come from others: none of them may move the cursor of a
 * terminal or make a line of its own in the log of a pipeline, so everything is escaped here and nowhere else.
 */
export interface Printer {
  /** Whether a person reads it. */
  readonly terminal: boolean;
  /** One line, whatever is in the text. */
  line(text: string): void;
  /** Lines of the program's own making: their breaks stay. */
  block(text: string): void;
  /** JSON text, whose strings stay what they are. */
  json(text: string): void;
  /** Writes over the line that stands there; without a text, takes it away. */
  overwrite(text?: string): void;
  /** What is not written yet is not waited for any more. */
  giveUp(): void;
}

const CLEAR_LINE = "\r\u001b[K";

/** Escapes whatever is printed. */
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
