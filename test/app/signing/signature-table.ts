/**
 * What becomes of each catalog, by mode, by whether a manifest is required, and by the door that it comes in by: `activated`,
 * `warned` (activated, with a warning) or the reason of its refusal. Where it is not the start, a catalog of generation 7 is
 * active.
 */
export const SIGNATURE_TABLE = `
## none, required
| case                          | disk by reload       | Redis by reconcile   | disk at start        | Redis at start       |
|-------------------------------|----------------------|----------------------|----------------------|----------------------|
| absent                        | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   |
| valid                         | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   |
| wrong key                     | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   |
| wrong hash                    | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   |
| changed view                  | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   |
| extra view                    | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   |
| missing view                  | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   |
| lower generation              | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   |
| same generation, another hash | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   |
| truncated                     | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   |
| other version                 | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   |
| other algorithm               | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   |
| stripped signatures           | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   | manifest-unchecked   |

## none, not required
| case                          | disk by reload       | Redis by reconcile   | disk at start        | Redis at start       |
|-------------------------------|----------------------|----------------------|----------------------|----------------------|
| absent                        | activated            | activated            | activated            | activated            |
| valid                         | activated            | activated            | activated            | activated            |
| wrong key                     | activated            | activated            | activated            | activated            |
| wrong hash                    | activated            | activated            | activated            | activated            |
| changed view                  | activated            | activated            | activated            | activated            |
| extra view                    | activated            | activated            | activated            | activated            |
| missing view                  | activated            | activated            | activated            | activated            |
| lower generation              | activated            | activated            | activated            | activated            |
| same generation, another hash | activated            | activated            | activated            | activated            |
| truncated                     | activated            | activated            | activated            | activated            |
| other version                 | activated            | activated            | activated            | activated            |
| other algorithm               | activated            | activated            | activated            | activated            |
| stripped signatures           | activated            | activated            | activated            | activated            |

## sha256, required
| case                          | disk by reload       | Redis by reconcile   | disk at start        | Redis at start       |
|-------------------------------|----------------------|----------------------|----------------------|----------------------|
| absent                        | manifest-missing     | manifest-missing     | manifest-missing     | manifest-missing     |
| valid                         | activated            | activated            | activated            | activated            |
| wrong key                     | activated            | activated            | activated            | activated            |
| wrong hash                    | signed-hash-mismatch | signed-hash-mismatch | signed-hash-mismatch | signed-hash-mismatch |
| changed view                  | signed-view-changed  | signed-view-changed  | signed-view-changed  | signed-view-changed  |
| extra view                    | view-not-signed      | view-not-signed      | view-not-signed      | view-not-signed      |
| missing view                  | signed-view-absent   | signed-view-absent   | signed-view-absent   | signed-view-absent   |
| lower generation              | rollback             | rollback             | activated            | activated            |
| same generation, another hash | generation-conflict  | generation-conflict  | activated            | activated            |
| truncated                     | manifest-malformed   | manifest-malformed   | manifest-malformed   | manifest-malformed   |
| other version                 | manifest-malformed   | manifest-malformed   | manifest-malformed   | manifest-malformed   |
| other algorithm               | activated            | activated            | activated            | activated            |
| stripped signatures           | activated            | activated            | activated            | activated            |

## sha256, not required
| case                          | disk by reload       | Redis by reconcile   | disk at start        | Redis at start       |
|-------------------------------|----------------------|----------------------|----------------------|----------------------|
| absent                        | warned               | manifest-stripped    | warned               | warned               |
| valid                         | activated            | activated            | activated            | activated            |
| wrong key                     | activated            | activated            | activated            | activated            |
| wrong hash                    | signed-hash-mismatch | signed-hash-mismatch | signed-hash-mismatch | signed-hash-mismatch |
| changed view                  | signed-view-changed  | signed-view-changed  | signed-view-changed  | signed-view-changed  |
| extra view                    | view-not-signed      | view-not-signed      | view-not-signed      | view-not-signed      |
| missing view                  | signed-view-absent   | signed-view-absent   | signed-view-absent   | signed-view-absent   |
| lower generation              | rollback             | rollback             | activated            | activated            |
| same generation, another hash | generation-conflict  | generation-conflict  | activated            | activated            |
| truncated                     | manifest-malformed   | manifest-malformed   | manifest-malformed   | manifest-malformed   |
| other version                 | manifest-malformed   | manifest-malformed   | manifest-malformed   | manifest-malformed   |
| other algorithm               | activated            | activated            | activated            | activated            |
| stripped signatures           | activated            | activated            | activated            | activated            |

## hmac, required
| case                          | disk by reload       | Redis by reconcile   | disk at start        | Redis at start       |
|-------------------------------|----------------------|----------------------|----------------------|----------------------|
| absent                        | manifest-missing     | manifest-missing     | manifest-missing     | manifest-missing     |
| valid                         | activated            | activated            | activated            | activated            |
| wrong key                     | signature-invalid    | signature-invalid    | signature-invalid    | signature-invalid    |
| wrong hash                    | signed-hash-mismatch | signed-hash-mismatch | signed-hash-mismatch | signed-hash-mismatch |
| changed view                  | signed-view-changed  | signed-view-changed  | signed-view-changed  | signed-view-changed  |
| extra view                    | view-not-signed      | view-not-signed      | view-not-signed      | view-not-signed      |
| missing view                  | signed-view-absent   | signed-view-absent   | signed-view-absent   | signed-view-absent   |
| lower generation              | rollback             | rollback             | activated            | activated            |
| same generation, another hash | generation-conflict  | generation-conflict  | activated            | activated            |
| truncated                     | manifest-malformed   | manifest-malformed   | manifest-malformed   | manifest-malformed   |
| other version                 | manifest-malformed   | manifest-malformed   | manifest-malformed   | manifest-malformed   |
| other algorithm               | signature-invalid    | signature-invalid    | signature-invalid    | signature-invalid    |
| stripped signatures           | signature-invalid    | signature-invalid    | signature-invalid    | signature-invalid    |

## hmac, not required
| case                          | disk by reload       | Redis by reconcile   | disk at start        | Redis at start       |
|-------------------------------|----------------------|----------------------|----------------------|----------------------|
| absent                        | warned               | manifest-stripped    | warned               | warned               |
| valid                         | activated            | activated            | activated            | activated            |
| wrong key                     | signature-invalid    | signature-invalid    | signature-invalid    | signature-invalid    |
| wrong hash                    | signed-hash-mismatch | signed-hash-mismatch | signed-hash-mismatch | signed-hash-mismatch |
| changed view                  | signed-view-changed  | signed-view-changed  | signed-view-changed  | signed-view-changed  |
| extra view                    | view-not-signed      | view-not-signed      | view-not-signed      | view-not-signed      |
| missing view                  | signed-view-absent   | signed-view-absent   | signed-view-absent   | signed-view-absent   |
| lower generation              | rollback             | rollback             | activated            | activated            |
| same generation, another hash | generation-conflict  | generation-conflict  | activated            | activated            |
| truncated                     | manifest-malformed   | manifest-malformed   | manifest-malformed   | manifest-malformed   |
| other version                 | manifest-malformed   | manifest-malformed   | manifest-malformed   | manifest-malformed   |
| other algorithm               | signature-invalid    | signature-invalid    | signature-invalid    | signature-invalid    |
| stripped signatures           | signature-invalid    | signature-invalid    | signature-invalid    | signature-invalid    |

`;
