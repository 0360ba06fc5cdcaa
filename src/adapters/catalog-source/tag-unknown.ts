/** What is said of a tag that is none of YAML's own, or is not the one of its value. */
export function tagUnknown(shown: string) {
  const message = `the tag ${shown} is unknown, or does not fit its value`;
  return { code: "tag-unknown", message, hint: "remove the tag and write a plain value" } as const;
}
