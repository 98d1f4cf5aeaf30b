import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

/** What a connection does once a whole request head has arrived. */
export type Behaviour = (socket: Socket, head: string) => void;

export interface RawServer {
  url: URL;
  port: number;
  /** First line of every request that arrived. */
  hits: string[];
  /** Sockets that the client closed. */
  closed: () => number;
  stop(): Promise<void>;
}

/** A server that speaks bytes: what HTTP libraries would not let through can be scripted. */
export async function rawServer(behave: Behaviour, tls?: { key: string; cert: string }): Promise<RawServer> {
  const hits: string[] = [];
  const sockets = new Set<Socket>();
  let closed = 0;
  const onSocket = (socket: Socket) => {
    sockets.add(socket);
    let head = "";
    socket.on("data", (chunk) => {
      head += chunk.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      hits.push(head.slice(0, head.indexOf("\r\n")));
      const whole = head;
      head = "";
      behave(socket, whole);
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      closed += 1;
      sockets.delete(socket);
    });
  };
  const server: Server = tls === undefined ? createServer(onSocket) : createTlsServer(tls, onSocket);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: new URL(`${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`),
    port,
    hits,
    closed: () => closed,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** A whole answer with a JSON body. */
export function answer(status: string, body: string, headers: readonly string[] = []): string {
  const fields = ["content-type: application/json", `content-length: ${Buffer.byteLength(body)}`, ...headers];
  return [`HTTP/1.1 ${status}`, ...fields, "", body].join("\r\n");
}
