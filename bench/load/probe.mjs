// Loaded before the program that is measured: reports its memory, how late its event loop was and when its requests left and
// ended, when asked over IPC.
import { subscribe } from "node:diagnostics_channel";
import { monitorEventLoopDelay } from "node:perf_hooks";

const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

const requests = { begun: 0, ended: 0, lastBegunAt: 0, lastEndedAt: 0 };
const count = (number, time) => () => {
  requests[number] += 1;
  requests[time] = Date.now();
};
// The first bytes that leave, not the wish to send: a request that waits for a connection and is cancelled never began.
subscribe("undici:client:sendHeaders", count("begun", "lastBegunAt"));
subscribe("undici:request:trailers", count("ended", "lastEndedAt"));
subscribe("undici:request:error", count("ended", "lastEndedAt"));

process.on("message", (wish) => {
  if (wish === "reset") {
    delay.reset();
    process.send("done");
    return;
  }
  if (wish === "requests") {
    process.send(requests);
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
