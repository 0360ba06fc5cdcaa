/** Whether two byte strings are equal; not in constant time, so not for secrets. */
export function isSameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left === right || Buffer.compare(left, right) === 0;
}
