import { mkdir, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FileWriteError } from "../../ports/file-write-error.ts";
import type { ViewFilesPort } from "../../ports/view-files-port.ts";
import { VIEW_FILE_BYTES_MAX } from "../yaml/decode-view-file.ts";
import { fileErrorCode, readBoundedFile, toSourceError } from "./read-file.ts";
import { scanFolder } from "./scan.ts";
import { describeWriteFailure, writeFileAtomically } from "./write-file.ts";

/** The view files of folders on disk. `replace()` of a link writes to the link's target. */
export const EDITABLE_VIEW_FILES: ViewFilesPort = {
  async list(directory) {
    const name = directory.length > 1 ? directory.replace(/\/+$/, "") : directory;
    const { files } = await scanFolder(name);
    const read = async (path: string, realPath: string) => {
      try {
        return { path, file: `${name}/${path}`, bytes: await readBoundedFile(realPath, VIEW_FILE_BYTES_MAX) };
      } catch (cause) {
        throw toSourceError(name, cause, path);
      }
    };
    const list = [];
    for (const { path, realPath } of files) list.push(await read(path, realPath));
    return list;
  },
  async create(directory, path, text) {
    const file = join(directory, path);
    let isFolder = false;
    try {
      await mkdir(dirname(file), { recursive: true });
      isFolder = true;
      await writeFileAtomically(file, new TextEncoder().encode(text), { isExclusive: true });
    } catch (cause) {
      if (isFolder && fileErrorCode(cause) === "EEXIST") return { kind: "exists", file };
      throw new FileWriteError(file, describeWriteFailure(cause), { cause });
    }
    return { kind: "created", file };
  },
  async replace(file, bytes) {
    try {
      await writeFileAtomically(await realpath(file), bytes);
    } catch (cause) {
      throw new FileWriteError(file, describeWriteFailure(cause), { cause });
    }
  },
};
