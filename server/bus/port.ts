/** The TCP port the embedded server gets. */
import { createServer } from "node:net";

/** The wanted port, or a free one and a note that says why. */
export async function choosePort(
  host: string,
  wanted: number,
): Promise<{ readonly port: number; readonly note: string }> {
  const tried = await listenOnce(host, wanted);
  if (typeof tried === "number") return { port: tried, note: "" };
  const port = await listenOnce(host, 0);
  if (typeof port !== "number") throw port;
  const why = tried.code === "EADDRINUSE" ? "is taken by another program" : `cannot be used (${tried.message})`;
  return { port, note: `port ${wanted} ${why}; using ${port}` };
}

function listenOnce(host: string, port: number): Promise<number | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", resolve);
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : port));
    });
  });
}
