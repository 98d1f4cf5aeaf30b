import type { Row } from "./row.ts";
import { ANSWERS } from "./rows-answers.ts";
import { STATUSES } from "./rows-statuses.ts";
import { WIRE } from "./rows-wire.ts";

/** Every fault of the table; a new one is one line in the file it belongs to. */
export const ROWS: readonly Row[] = [...WIRE, ...ANSWERS, ...STATUSES].sort(
  (a, b) => Number.parseInt(a.id, 10) - Number.parseInt(b.id, 10),
);
