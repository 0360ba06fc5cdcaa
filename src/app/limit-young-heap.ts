import { setFlagsFromString } from "node:v8";

/**
 * Keeps the heap of young objects near the size that it begins with. V8 lets it grow while much is allocated, as
 * by a load of many files, and keeps it for as long as the process runs: 67 MB, where 4 do. The load is no
 * slower.
 */
export function limitYoungHeap(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
