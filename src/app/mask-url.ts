/** A URL fit for messages and logs: user and password, and whatever cannot be told apart from them, are left out. */
export function maskUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) return text.includes("@") || text.includes(":") ? "(not a URL, not shown)" : text;
  const secret = url.username === "" && url.password === "" ? "" : "***@";
  const query = url.search === "" ? "" : "?***";
  return `${url.protocol}//${secret}${url.host}${url.pathname}${query}`;
}
