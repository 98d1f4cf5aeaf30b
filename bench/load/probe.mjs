// Loaded before the program that is measured: reports its memory and how late its event loop was, when asked over IPC.
import { monitorEventLoopDelay } from "node:perf_hooks";

const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

process.on("message", (wish) => {
  if (wish === "reset") {
    delay.reset();
    process.send("done");
    return;
  }
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  process.send({
    rssMb: rss / 2 ** 20,
    heapMb: heapUsed / 2 ** 20,
    delayP99Ms: delay.percentile(99) / 1e6,
    delayMaxMs: delay.max / 1e6,
  });
});
process.channel?.unref();
