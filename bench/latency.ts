import { Agent, fetch } from "undici";
import { openSandboxClient } from "./sandbox-client.ts";
import { COMPOSITES, defaultReads } from "./sizes.ts";
import { median } from "./stdio.ts";
import type { Row } from "./table.ts";

const CALLS = 200;
const ROUND_TRIP_MS = 100;

/** What a call costs beyond a bare fetch of the same endpoint, both in turn against the same sandbox. */
export async function benchOverhead(): Promise<Row[]> {
  const client = await openSandboxClient("manager");
  const { url, credentials } = client.sandbox;
  const dispatcher = new Agent({ connections: 4 });
  const headers = { authorization: `Bearer ${credentials.pats.admin}`, "x-workspace-id": credentials.workspaceId };
  const bare: number[] = [];
  const ours: number[] = [];
  const time = async (work: () => Promise<unknown>): Promise<number> => {
    const started = performance.now();
    await work();
    return performance.now() - started;
  };
  const fetchBare = async () => (await fetch(`${url}/api/v1/subscriptions/current`, { headers, dispatcher })).json();
  const callTool = () => client.call("get_subscription_info", {});
  for (let round = 0; round < CALLS + 50; round += 1) {
    const pair = [await time(fetchBare), await time(callTool)] as const;
    if (round < 50) continue;
    bare.push(pair[0]);
    ours.push(pair[1]);
  }
  await dispatcher.destroy();
  await client.close();
  const overhead = median(ours) - median(bare);
  return [
    {
      what: "a call's own overhead, p50 (get_subscription_info)",
      value: `${overhead.toFixed(2)} ms (${(median(ours) / median(bare)).toFixed(2)} x)`,
      bar: "<= 1 ms",
      ok: overhead <= 1,
    },
  ];
}

/** Requests that need an earlier answer make a further stage: ids of the top movers, or where the cycle begins. */
const STAGES: Readonly<Record<string, number>> = {
  diagnose_cost_anomaly: 2,
  drill_down_spend: 2,
  find_idle_resources: 2,
  get_executive_dashboard: 1,
  compare_entity_periods: 1,
};
const RUNS = 7;

/**
 * Wall time of the composites on an API that takes 100 ms to answer, in round trips per stage. The sandbox computes its
 * answers in this same process, so its work counts as ours.
 */
export async function benchRoundTrips(): Promise<Row[]> {
  const client = await openSandboxClient("manager");
  const reads = (await defaultReads(client)).filter(({ name }) => COMPOSITES.includes(name));
  const time = async (name: string, args: Record<string, unknown>): Promise<number> => {
    const started = performance.now();
    await client.call(name, args);
    return performance.now() - started;
  };
  const rows: Row[] = [];
  for (const { name, args } of reads) {
    client.sandbox.setSwitch("latencyMs", 0);
    for (let run = 0; run < RUNS; run += 1) await time(name, args);
    const own: number[] = [];
    const waiting: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      client.sandbox.setSwitch("latencyMs", 0);
      own.push(await time(name, args));
      client.sandbox.setSwitch("latencyMs", ROUND_TRIP_MS);
      client.sandbox.resetHits();
      waiting.push(await time(name, args));
    }
    const stages = STAGES[name] ?? 1;
    const trips = median(waiting) / ROUND_TRIP_MS / stages;
    const calls = client.sandbox.hits().length;
    rows.push({
      what: `${name}: ${calls} upstream calls in ${stages} stage${stages === 1 ? "" : "s"}`,
      value: `${trips.toFixed(2)} a stage (${median(waiting).toFixed(0)} ms; ${median(own).toFixed(0)} ms without waiting)`,
      bar: "<= 1.15",
      ok: trips <= 1.15,
    });
  }
  await client.close();
  return rows;
}
