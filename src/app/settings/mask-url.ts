/** A text that is no URL may contain a password: only a name or a path is shown. */
const NAME = /^[\w./-]*$/;
const HIDDEN = "(not a URL, not shown)";

/**
 * A URL fit for messages and logs: without user and password, and without any part that may belong to them.
 */
export function maskUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) return NAME.test(text) ? text : HIDDEN;
  // Without "//" the part after the first colon may be a password; an "@" or a colon after the host is a sign
  // of a truncated one.
  const behindHost = `${url.pathname}${url.search}${url.hash}`;
  if (!url.href.startsWith(`${url.protocol}//`) || /[@:]/.test(behindHost)) return HIDDEN;
  const secret = url.username === "" && url.password === "" ? "" : "***@";
  const query = url.search === "" ? "" : "?***";
  return `${url.protocol}//${secret}${url.host}${url.pathname}${query}`;
}
