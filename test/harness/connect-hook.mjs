// Watches every socket that is opened. Loaded before the tests of a file, and before the built program.
import net from "node:net";

/** Names that can lead nowhere (RFC 2606), and this machine. */
const HARMLESS = /^(localhost|127\.\d+\.\d+\.\d+|::1|(.+\.)?(test|invalid|example))$/;

function targetOf(args) {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === "object" && first !== null) {
    return first.path === undefined ? { host: first.host ?? "localhost", port: Number(first.port) } : null;
  }
  return Number.isNaN(Number(first))
    ? null
    : { host: typeof second === "string" ? second : "localhost", port: Number(first) };
}

/** Tells of every target; one outside of this machine is not let through. Pipes between processes do not count. */
export function watchConnections(onTarget) {
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function watched(...args) {
    const target = targetOf(args);
    if (target === null) return connect.apply(this, args);
    const isHarmless = HARMLESS.test(target.host);
    onTarget({ ...target, isHarmless });
    if (isHarmless) return connect.apply(this, args);
    process.nextTick(() => this.destroy(new Error("not of this machine")));
    return this;
  };
}
