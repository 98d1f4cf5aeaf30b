import { ArgumentError } from "../errors.ts";

export interface PageQuery {
  /** From 1. @default 1 */
  page?: number;
  /** @default 50, at most 200 */
  pageSize?: number;
}

/** Default and largest number of rows of one page. */
const PAGE_SIZE = 50;
const LARGEST_PAGE_SIZE = 200;

/** From 1 on; what is not given takes its default. @throws ArgumentError outside the limits */
export function pageQuery({ page = 1, pageSize = PAGE_SIZE }: PageQuery): Required<PageQuery> {
  return {
    page: within("page", page, 1, Number.MAX_SAFE_INTEGER),
    pageSize: within("page size", pageSize, 1, LARGEST_PAGE_SIZE),
  };
}

/** @throws ArgumentError for anything but an integer between the two limits, both included */
export function within(what: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ArgumentError(`The ${what} must be an integer from ${least} to ${most}.`);
}
