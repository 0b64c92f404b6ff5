import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import type { EndpointClient } from "../../nodes/contract/connector.ts";
import { until } from "../../test/peers/program.ts";
import { startTestApi, type TestApiOptions } from "./testing.ts";

async function serving(path: string, options: TestApiOptions = {}) {
  const api = await startTestApi(options);
  const clients: EndpointClient[] = [];
  const heard: string[] = [];
  const opened = await api.endpoints.websocket(path, (client) => {
    clients.push(client);
    return { onMessage: (text) => void heard.push(text), onClose: () => void heard.push("closed") };
  });
  const connect = async (at: string, headers: Record<string, string> = {}) => {
    const socket = new WebSocket(`ws://127.0.0.1:${api.port}${at}`, { headers });
    onTestFinished(() => socket.terminate());
    const received: string[] = [];
    let code: number | undefined;
    socket.on("message", (data) => received.push(String(data)));
    socket.on("close", (closeCode) => {
      code = closeCode;
    });
    const status = await new Promise<number>((resolve, reject) => {
      socket.on("open", () => resolve(101));
      socket.on("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
      socket.on("error", reject);
    });
    return { socket, received, status, code: () => code };
  };
  return { ...api, clients, heard, opened, connect };
}

test("R092 all clients of a path get what the node sends, and the node hears them", async () => {
  const { connect, clients, heard } = await serving("hmi/line 1");
  const [a, b] = [await connect("/ws/hmi/line%201?device=d1"), await connect("/ws/hmi/line%201/")];
  expect(clients.map(({ query }) => query)).toEqual([{ device: "d1" }, {}]);
  for (const client of clients) client.send("25.5");
  await until("both got it", () => a.received[0] === "25.5" && b.received[0] === "25.5");
  a.socket.send("hello");
  await until("heard", () => heard.includes("hello"));
  a.socket.close();
  await until("gone", () => heard.includes("closed"));
});

test("a path that nobody serves is not there", async () => {
  const { connect, opened } = await serving("live");
  for (const path of ["/ws/other", "/ws/", "/ws", "/live", "/ws/live/more"])
    expect((await connect(path)).status).toBe(404);
  const { code, status } = await connect("/ws/live");
  expect(status).toBe(101);
  await opened.close();
  expect(await until("the client is told", code)).toBe(1001);
  expect((await connect("/ws/live")).status).toBe(404);
});

test("a path belongs to one node", async () => {
  const { endpoints } = await serving("live");
  await expect(endpoints.websocket("/live", () => ({}))).rejects.toThrow(/another node serves \/ws\/live/);
});

test("binary messages are refused", async () => {
  const { connect } = await serving("live");
  const { socket, code } = await connect("/ws/live");
  socket.send(Buffer.from([1]));
  expect(await until("the end", code)).toBe(1003);
});

test("pages from elsewhere are let in only when the settings name them", async () => {
  const { connect } = await serving("live", { allowedOrigins: ["https://hmi.plant.example/"] });
  expect((await connect("/ws/live", { origin: "http://evil.test" })).status).toBe(403);
  expect((await connect("/ws/live", { origin: "https://hmi.plant.example" })).status).toBe(101);
});
