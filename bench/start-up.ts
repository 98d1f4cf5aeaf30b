import { BINARY, FLOOR, INITIALIZE, median, residentMb, startChild, timeToInitialize } from "./stdio.ts";
import type { Row } from "./table.ts";

const ROUNDS = 21;
const ENV = { ALEPHANT_API_BASE_URL: "http://127.0.0.1:9", ALEPHANT_VIRTUAL_KEY: "vk-bench-000000000000" };

/** Start-up against the floor, both measured in turn in one run, so that a slow machine slows both. */
export async function benchStartUp(): Promise<Row[]> {
  const floor: number[] = [];
  const ours: number[] = [];
  await timeToInitialize([BINARY], ENV);
  for (let round = 0; round < ROUNDS; round += 1) {
    floor.push(await timeToInitialize(FLOOR));
    ours.push(await timeToInitialize([BINARY], ENV));
  }
  const ratio = median(ours) / median(floor);
  const { listMs, rss } = await listTools();
  return [
    {
      what: "initialize answered, times the floor",
      value: `${ratio.toFixed(2)} x (${median(ours).toFixed(0)} / ${median(floor).toFixed(0)} ms)`,
      bar: "<= 3.8 x",
      ok: ratio <= 3.8,
    },
    { what: "first tools/list after it", value: `${listMs.toFixed(0)} ms`, bar: "-", ok: true },
    {
      what: "RSS after tools/list (Manager)",
      value: rss === null ? "unknown" : `${rss.toFixed(0)} MB`,
      bar: "<= 80 MB",
      ok: rss === null || rss <= 80,
    },
  ];
}

async function listTools(): Promise<{ listMs: number; rss: number | null }> {
  const child = startChild([BINARY, "--sandbox=manager"]);
  child.send(INITIALIZE);
  await child.line();
  child.send({ jsonrpc: "2.0", method: "notifications/initialized" });
  const started = performance.now();
  child.send({ jsonrpc: "2.0", id: 2, method: "tools/list" });
  await child.line();
  const listMs = performance.now() - started;
  const rss = residentMb(child.process.pid);
  await child.stop();
  return { listMs, rss };
}
