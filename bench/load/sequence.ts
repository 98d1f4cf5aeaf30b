import type { Row } from "../table.ts";
import type { Measured } from "./measured.ts";
import { isGood } from "./parallel.ts";

const WARM_UP = 1_000;

/** Calls one after the other: what stays on the heap when they are done. */
export async function benchSequence(program: Measured, calls: number): Promise<Row[]> {
  for (let i = 0; i < WARM_UP; i += 1) await program.call("get_subscription_info", {});
  const before = await program.figures();
  const started = performance.now();
  let good = 0;
  for (let i = 0; i < calls; i += 1) if (isGood(await program.call("get_subscription_info", {}))) good += 1;
  const ms = performance.now() - started;
  const after = await program.figures();
  const growth = after.heapMb - before.heapMb;
  return [
    {
      what: `${calls} calls in sequence: answered`,
      value: `${good} in ${(ms / 1000).toFixed(1)} s`,
      bar: "all",
      ok: good === calls,
    },
    { what: "  heap growth after collection", value: `${growth.toFixed(2)} MB`, bar: "< 10 MB", ok: growth < 10 },
  ];
}

/** Requests that are cancelled as soon as they are sent leave nothing behind. */
export async function benchCancelled(program: Measured, calls: number): Promise<Row[]> {
  const before = await program.figures();
  for (let i = 0; i < calls; i += 1) {
    const id = 1_000_000 + i;
    program.notify({
      jsonrpc: "2.0",
      id,
      method: "tools/call",
      params: { name: "get_subscription_info", arguments: {} },
    });
    program.notify({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: id } });
    if (i % 500 === 499) await program.call("get_subscription_info", {});
  }
  const last = await program.call("get_subscription_info", {});
  const after = await program.figures();
  const growth = after.heapMb - before.heapMb;
  return [
    {
      what: `${calls} calls cancelled at once: the next one`,
      value: isGood(last) ? "good" : "failed",
      bar: "good",
      ok: isGood(last),
    },
    { what: "  heap growth after collection", value: `${growth.toFixed(2)} MB`, bar: "< 10 MB", ok: growth < 10 },
  ];
}
