import type { EditedView, TextEdit } from "../../ports/view-editor-port.ts";

const MARK = "\ufeff";

/** The text of a file, and its byte order mark or nothing; undefined for bytes that are no UTF-8. */
export interface EditableText {
  readonly mark: string;
  readonly text: string;
}

export function decodeForEdit(bytes: Uint8Array): EditableText | undefined {
  try {
    const whole = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return whole.startsWith(MARK) ? { mark: MARK, text: whole.slice(1) } : { mark: "", text: whole };
  } catch {
    return undefined;
  }
}

export function applyEdits({ mark, text }: EditableText, edits: readonly TextEdit[]): EditedView {
  let after = "";
  let from = 0;
  for (const { start, end, text: inserted } of edits) {
    after += text.slice(from, start) + inserted;
    from = end;
  }
  const bytes = new TextEncoder().encode(mark + after + text.slice(from));
  return { bytes, before: text, edits };
}
