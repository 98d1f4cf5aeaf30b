import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { selfSigned } from "../../test/api/self-signed.ts";
import type { Address } from "./row.ts";
import { startFaultServer } from "./server.ts";

/** Places that a base URL may point to by mistake. */

const NOBODY = "http://127.0.0.1:9";

export async function closedPort(): Promise<Address> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return { baseUrl: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`, close() {} };
}

export async function unknownName(): Promise<Address> {
  return { baseUrl: "https://no-such-host.invalid", close() {} };
}

/** A process that listens, is stopped, and whose queue of connections is full: a packet to it is never answered. */
export async function blackHole(): Promise<Address> {
  const script =
    'const s=require("net").createServer();s.listen({port:0,host:"127.0.0.1",backlog:1},()=>console.log(s.address().port))';
  const child: ChildProcess = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
  const [line] = child.stdout ? await once(child.stdout, "data") : [];
  const port = Number(String(line).trim());
  child.kill("SIGSTOP");
  const fillers: Socket[] = Array.from({ length: 4 }, () => connect(port, "127.0.0.1").on("error", () => {}));
  await new Promise((resolve) => setTimeout(resolve, 300));
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    close() {
      for (const filler of fillers) filler.destroy();
      child.kill("SIGCONT");
      child.kill("SIGKILL");
    },
  };
}

export async function selfSignedHost(): Promise<Address> {
  const server = await startFaultServer({ behind: NOBODY, tls: selfSigned() });
  return { baseUrl: `https://127.0.0.1:${server.port}`, close: () => server.stop() };
}

/** The certificate is trusted, yet made out to another name. */
export async function otherName(): Promise<Address> {
  const pair = selfSigned("other.example.test");
  const server = await startFaultServer({ behind: NOBODY, tls: pair });
  const folder = mkdtempSync(join(tmpdir(), "alephant-ca-"));
  const file = join(folder, "ca.pem");
  writeFileSync(file, pair.cert);
  return {
    baseUrl: `https://localhost:${server.port}`,
    env: { NODE_EXTRA_CA_CERTS: file },
    needsProcess: true,
    async close() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function plainPort(): Promise<Address> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return { baseUrl: `https://127.0.0.1:${port}`, close: () => void server.close() };
}

/** A proxy that answers CONNECT with a refusal. */
export function refusingProxy(status: number): () => Promise<Address> {
  return async () => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\n\r\n`));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const env = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
    return { baseUrl: "https://api.example.test", env, close: () => void server.close() };
  };
}
