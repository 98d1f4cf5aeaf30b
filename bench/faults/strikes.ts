import { gzipSync } from "node:zlib";
import type { Strike } from "./server.ts";

/** Ways to answer, or not to answer, a request. */

const JSON_HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

/** Writes the bytes and closes. */
export const sends =
  (text: string): Strike =>
  (socket) =>
    void socket.end(Buffer.from(text, "latin1"));

/** A good head, then whatever is given, then the end of the connection. */
export const sendsBody = (headers: readonly string[], body: string): Strike =>
  sends(`${JSON_HEAD}${headers.map((line) => `${line}\r\n`).join("")}\r\n${body}`);

export const resets: Strike = (socket) => void socket.resetAndDestroy();

export const resetsInBody: Strike = (socket) => {
  socket.write(`${JSON_HEAD}content-length: 100\r\n\r\n{"a":`);
  setTimeout(() => socket.resetAndDestroy(), 30);
};

/** The request arrives and nothing comes back. */
export const isSilent: Strike = () => {};

export const stallsInBody: Strike = (socket) => void socket.write(`${JSON_HEAD}content-length: 100\r\n\r\n{"a":`);

export const drips: Strike = (socket) => {
  socket.write(`${JSON_HEAD}content-length: 100000\r\n\r\n`);
  const timer = setInterval(() => socket.write(" "), 100);
  socket.on("close", () => clearInterval(timer));
};

/** A whole answer of that status; text goes out as JSON. */
export function answers(
  status: number,
  body: unknown = { code: status * 100 + 1, message: "no" },
  headers: readonly string[] = [],
): Strike {
  return (socket) => void socket.write(whole(status, typeof body === "string" ? body : JSON.stringify(body), headers));
}

/** A good envelope round the data, which is given as text: for numbers that JSON.stringify would not write. */
export const dataText = (json: string): Strike => answers(200, `{"code":0,"message":"ok","data":${json}}`);

export const page = (status: number): Strike =>
  answers(status, "<html><body>SECRET-PAGE login</body></html>", ["content-type: text/html"]);

export const zipped =
  (bytes: Buffer, encoding = "gzip"): Strike =>
  (socket) => {
    socket.write(`${JSON_HEAD}content-encoding: ${encoding}\r\ncontent-length: ${bytes.length}\r\n\r\n`);
    socket.write(bytes);
  };

export const zipBomb = (): Strike => zipped(gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20), { level: 9 }));

/** 100 MB as fast as they are taken. */
export const floods: Strike = (socket) => {
  socket.write(`${JSON_HEAD}content-length: ${100 * 1024 * 1024}\r\n\r\n`);
  const chunk = Buffer.alloc(1024 * 1024, 0x20);
  let left = 100;
  const pump = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= 1;
      if (!socket.write(chunk)) {
        socket.once("drain", pump);
        return;
      }
    }
  };
  pump();
};

function whole(status: number, body: string, headers: readonly string[]): Buffer {
  const type = headers.some((line) => /^content-type:/i.test(line)) ? [] : ["content-type: application/json"];
  const bytes = Buffer.from(body);
  const head = [`HTTP/1.1 ${status} Scripted`, ...type, `content-length: ${bytes.length}`, ...headers, "", ""].join(
    "\r\n",
  );
  return Buffer.concat([Buffer.from(head, "latin1"), bytes]);
}
