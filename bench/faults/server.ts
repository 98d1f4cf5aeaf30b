import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

/** What a connection does once a whole request has arrived. `count` is the number of the struck request, from 1. */
export type Strike = (socket: Socket, count: number) => void;

export interface Request {
  readonly method: string;
  readonly path: string;
}

/** A server that speaks bytes to those requests that are to be struck, and passes on all others to a healthy service. */
export interface FaultServer {
  readonly port: number;
  /** Requests that were to be struck. */
  readonly struck: Request[];
  /** Every request that arrived, in order. */
  readonly all: Request[];
  arm(isStruck: (request: Request) => boolean, strike: Strike): void;
  disarm(): void;
  stop(): Promise<void>;
}

export interface FaultServerOptions {
  /** Base URL of the healthy service. */
  readonly behind: string;
  readonly tls?: { key: string; cert: string };
  readonly port?: number;
}

export async function startFaultServer({ behind, tls, port = 0 }: FaultServerOptions): Promise<FaultServer> {
  const struck: Request[] = [];
  const all: Request[] = [];
  const sockets = new Set<Socket>();
  let armed: { isStruck: (request: Request) => boolean; strike: Strike } | null = null;

  const onSocket = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    let bytes = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const request = wholeRequest(bytes);
      if (request === null) return;
      bytes = Buffer.alloc(0);
      all.push(request);
      if (armed?.isStruck(request)) {
        struck.push(request);
        armed.strike(socket, struck.length);
      } else {
        passOn(request, behind, socket).catch(() => socket.resetAndDestroy());
      }
    });
  };
  const server: Server = tls === undefined ? createServer(onSocket) : createTlsServer(tls, onSocket);
  // A handshake that a client breaks off is what is wanted.
  server.on("tlsClientError", () => {});
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    struck,
    all,
    arm: (isStruck, strike) => {
      armed = { isStruck, strike };
    },
    disarm: () => {
      armed = null;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

interface WholeRequest extends Request {
  readonly headers: Record<string, string>;
  readonly body: string;
}

function wholeRequest(bytes: Buffer): WholeRequest | null {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const [first = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.split(":", 1)[0]?.toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  const body = bytes.subarray(end + 4);
  if (body.length < Number(headers["content-length"] ?? 0)) return null;
  const [method = "", path = ""] = first.split(" ");
  return { method, path, headers, body: body.toString() };
}

async function passOn({ method, path, headers, body }: WholeRequest, behind: string, socket: Socket): Promise<void> {
  const { host: _host, connection: _connection, "content-length": _length, ...rest } = headers;
  const answer = await fetch(`${behind}${path}`, {
    method,
    headers: rest,
    redirect: "manual",
    ...(body === "" ? {} : { body }),
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const kept = [...answer.headers].filter(
    ([name]) => !["connection", "keep-alive", "transfer-encoding", "content-length"].includes(name),
  );
  const head = [`HTTP/1.1 ${answer.status} Passed on`, ...kept.map(([name, value]) => `${name}: ${value}`)];
  socket.write([...head, `content-length: ${bytes.length}`, "", ""].join("\r\n"));
  socket.write(bytes);
}
