/** A line to a target that can be cut, made to hang, or closed; the target itself goes on. */
import { connect, createServer, type Socket } from "node:net";

/** `refused`: nobody listens. `hanging`: connections are taken and never answered. */
export type LinkState = "open" | "refused" | "hanging";

export interface FaultyLink {
  readonly port: number;
  set(state: LinkState): Promise<void>;
  close(): Promise<void>;
}

export async function startFaultyLink(targetPort: number): Promise<FaultyLink> {
  const sockets = new Set<Socket>();
  let state: LinkState = "open";
  const server = createServer((near) => {
    sockets.add(near);
    near.on("error", () => near.destroy());
    near.on("close", () => sockets.delete(near));
    if (state === "hanging") return;
    const far = connect(targetPort, "127.0.0.1");
    far.on("error", () => near.destroy());
    far.on("close", () => near.destroy());
    near.on("close", () => far.destroy());
    near.pipe(far).pipe(near);
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const silence = () => new Promise<void>((resolve) => server.close(() => resolve()));
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const { port } = address;
  return {
    port,
    async set(next) {
      if (next === state) return;
      const wasListening = state !== "refused";
      state = next;
      cut();
      if (next === "refused") await silence();
      else if (!wasListening) await listen(port);
    },
    async close() {
      cut();
      if (state !== "refused") await silence();
    },
  };
}
