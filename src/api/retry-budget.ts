/** Retries that may be made in a row before requests have earned new ones. */
const MOST = 10;
/** Requests that earn one: in the long run a tenth of them may be retries. Counted in tenths, so that they add up. */
const REQUESTS_FOR_ONE = 10;

/** Keeps the retries of many callers from multiplying the load on a service that struggles. */
export interface RetryBudget {
  /** A request is about to be made for the first time. */
  earn(): void;
  /** @returns false when no further retry is allowed now */
  spend(): boolean;
}

export function createRetryBudget(): RetryBudget {
  let left = MOST * REQUESTS_FOR_ONE;
  return {
    earn() {
      left = Math.min(MOST * REQUESTS_FOR_ONE, left + 1);
    },
    spend() {
      if (left < REQUESTS_FOR_ONE) return false;
      left -= REQUESTS_FOR_ONE;
      return true;
    },
  };
}
