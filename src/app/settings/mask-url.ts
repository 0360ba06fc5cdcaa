/** What is no URL may be made of words, of which one is a password: a name or a path is shown, and nothing else. */
const NAME = /^[\w./-]*$/;
const HIDDEN = "(not a URL, not shown)";

/** A URL fit for messages and logs: user and password, and whatever cannot be told apart from them, are left out. */
export function maskUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) return NAME.test(text) ? text : HIDDEN;
  // Without "//" what follows the first colon may be a password; an "@" or a colon behind the host shows that one was cut short.
  const behindHost = `${url.pathname}${url.search}${url.hash}`;
  if (!url.href.startsWith(`${url.protocol}//`) || /[@:]/.test(behindHost)) return HIDDEN;
  const secret = url.username === "" && url.password === "" ? "" : "***@";
  const query = url.search === "" ? "" : "?***";
  return `${url.protocol}//${secret}${url.host}${url.pathname}${query}`;
}
