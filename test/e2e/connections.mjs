// Loaded before the program: tells, when it ends, where it has opened sockets to.
import { watchConnections } from "../harness/connect-hook.mjs";

const targets = new Set();
watchConnections(({ host, port }) => targets.add(`${host}:${port}`));
process.on("exit", () => process.stderr.write(`${JSON.stringify({ targets: [...targets] })}\n`));
