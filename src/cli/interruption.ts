import type { Host } from "./host.ts";

/** Ctrl-C ends a command like a cancellation by a host, so that a change in flight is still answered for. */
export function untilInterrupted({ target }: Host): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) target.once(signal, stop);
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of signals) target.off(signal, stop);
    },
  };
}
