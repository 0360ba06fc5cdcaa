import { mkdir, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ViewFileError, type ViewFilesPort } from "../../ports/view-files-port.ts";
import { VIEW_FILE_BYTES_MAX } from "../yaml/decode-view-file.ts";
import { fileErrorCode, readBoundedFile } from "./read-file.ts";
import { scanFolder } from "./scan.ts";
import { unreadable } from "./source-error.ts";
import { writeFailure, writeFileAtOnce } from "./write-file.ts";

/** The view files of folders on disk. Links are followed: a write replaces the target, not the link. */
export const EDITABLE_VIEW_FILES: ViewFilesPort = {
  async list(directory) {
    const name = directory.length > 1 ? directory.replace(/\/+$/, "") : directory;
    const { files } = await scanFolder(name);
    const read = async (path: string, realPath: string) => {
      try {
        return { path, file: `${name}/${path}`, bytes: await readBoundedFile(realPath, VIEW_FILE_BYTES_MAX) };
      } catch (cause) {
        throw unreadable(name, cause, path);
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
      await writeFileAtOnce(file, new TextEncoder().encode(text), { keep: true });
    } catch (cause) {
      if (isFolder && fileErrorCode(cause) === "EEXIST") return { kind: "exists", file };
      throw new ViewFileError(file, writeFailure(cause), { cause });
    }
    return { kind: "created", file };
  },
  async replace(file, bytes) {
    try {
      const target = await realpath(file);
      const { mode } = await stat(target);
      await writeFileAtOnce(target, bytes, { mode: mode & 0o777 });
    } catch (cause) {
      throw new ViewFileError(file, writeFailure(cause), { cause });
    }
  },
};
