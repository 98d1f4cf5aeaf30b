import { setTimeout as sleep } from "node:timers/promises";
import { RateLimitedError } from "../../api/errors.ts";
import type { ManagerApi } from "../../api/manager.ts";
import type { VkApi } from "../../api/vk.ts";
import type { Ask } from "../../gather/focus.ts";
import type { OpenApi } from "../../tool/invoke.ts";

/** A file may need more calls than a minute allows; waiting longer than this is for a person to decide. */
const LONGEST_WAIT_S = 120;
const MOST_WAITS = 5;

export interface Patience {
  readonly open: OpenApi;
  readonly signal: AbortSignal;
  readonly onWait: (message: string) => void;
}

/** Every request gets a deadline of its own, and waits when the limit on calls is used up. */
export function patientAsk({ open, signal, onWait }: Patience): Ask<VkApi | ManagerApi> {
  return async (request) => {
    for (let waits = 0; ; waits += 1) {
      try {
        return await request(open({ signal, onWait }).api);
      } catch (error) {
        const seconds = error instanceof RateLimitedError ? error.retryAfterSeconds : undefined;
        if (seconds === undefined || seconds > LONGEST_WAIT_S || waits === MOST_WAITS) throw error;
        onWait(`waiting ${seconds} s for the rate limit`);
        await sleep(seconds * 1000, undefined, { signal });
      }
    }
  };
}

/** @throws TypeError for the API of the other mode, which a session never opens */
export function asManager(ask: Ask<VkApi | ManagerApi>): Ask<ManagerApi> {
  return (request) =>
    ask((api) => {
      if (api.mode !== "manager") throw new TypeError("not a workspace API");
      return request(api);
    });
}

/** @throws TypeError for the API of the other mode, which a session never opens */
export function asKey(ask: Ask<VkApi | ManagerApi>): Ask<VkApi> {
  return (request) =>
    ask((api) => {
      if (api.mode !== "vk") throw new TypeError("not a key's API");
      return request(api);
    });
}
