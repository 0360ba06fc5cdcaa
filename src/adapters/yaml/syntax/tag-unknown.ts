/** The message for a tag that YAML does not define, or that does not fit its value. */
export function tagUnknown(shown: string) {
  const message = `the tag ${shown} is unknown, or does not fit its value`;
  return { code: "tag-unknown", message, hint: "remove the tag and write a plain value" } as const;
}
