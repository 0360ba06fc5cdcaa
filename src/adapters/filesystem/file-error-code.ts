/** Node sets `code`; Deno's own errors, which its Node layer passes on for permissions, have only a name. */
export function fileErrorCode(cause: unknown): string {
  const { code, name } = cause as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === "string") return code;
  return name === "NotCapable" || name === "PermissionDenied" ? "EACCES" : String(name);
}

/** The codes of a path that names no file, or no longer the same one. */
export const GONE: ReadonlySet<string> = new Set(["ELOOP", "ENOENT", "ENOTDIR"]);
