/** A web server whose every answer the test decides, and what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface WebServer {
  readonly port: number;
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Decides what comes from now on. */
  answer: (asked: Asked, response: ServerResponse) => void;
  stop(): Promise<void>;
}

export async function startWebServer(answer: WebServer["answer"]): Promise<WebServer> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = "", url = "", headers } = request;
    const about = { method, url, headers, body: Buffer.concat(chunks).toString("utf8") };
    asked.push(about);
    web.answer(about, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const web: WebServer = {
    port,
    url: `http://127.0.0.1:${port}`,
    asked,
    answer,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return web;
}

export function json(response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
}
