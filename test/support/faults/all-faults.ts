import { CLOCK_FAULTS } from "./clock-faults.ts";
import { DATA_FAULTS } from "./data-faults.ts";
import type { Fault } from "./fault.ts";
import { NETWORK_FAULTS } from "./network-faults.ts";
import { REFUSAL_FAULTS } from "./refusal-faults.ts";
import { SERVER_FAULTS } from "./server-faults.ts";

/** Every fault there is. */
export const ALL_FAULTS: readonly Fault[] = [
  ...NETWORK_FAULTS,
  ...SERVER_FAULTS,
  ...REFUSAL_FAULTS,
  ...DATA_FAULTS,
  ...CLOCK_FAULTS,
];
