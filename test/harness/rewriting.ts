import { createServer } from "node:http";
import type { Sandbox } from "../../src/sandbox/serve.ts";

/** A service in front of a sandbox that changes the texts of its answers. */
export interface RewritingService {
  readonly url: string;
  close(): Promise<void>;
}

/** @param rewrite gets the JSON text of every answer */
export async function rewriting(sandbox: Sandbox, rewrite: (body: string) => string): Promise<RewritingService> {
  const server = createServer(async (request, response) => {
    const { method = "GET", url = "/", headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = await fetch(`${sandbox.url}${url}`, {
      method,
      headers: {
        authorization: headers.authorization ?? "",
        "x-workspace-id": String(headers["x-workspace-id"]),
        "content-type": "application/json",
      },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "application/json" });
    response.end(rewrite(await answer.text()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
