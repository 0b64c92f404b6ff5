/** Opens what Modbus runs over: a TCP connection or a serial port. */
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type { PeerContext } from "../../contract/connection.ts";
import { ConnectionError } from "../../contract/errors.ts";
import { networkReason, serialReason } from "./reasons.ts";

export interface OpenStream {
  readonly stream: Duplex;
  /** For people: `10.0.0.5:502` or `/dev/ttyUSB0`. */
  readonly address: string;
  /** Calls once, when it ends without having been closed here. */
  onEnd(call: (reason: string) => void): void;
  close(): Promise<void>;
}

type Waiting = Pick<PeerContext, "clock" | "signal">;

const keepAliveMs = 10_000;

/** Rejects with `ConnectionError` in plain words. */
export async function openTcp(
  host: string,
  port: number,
  timeoutMs: number,
  { clock, signal }: Waiting,
): Promise<OpenStream> {
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs });
  await new Promise<void>((resolve, reject) => {
    const giveUp = (reason: string) => {
      socket.destroy();
      reject(new ConnectionError(reason));
    };
    const timer = clock.after(timeoutMs, () =>
      giveUp(`no answer from ${address}: is it the right address, and does a firewall block it?`),
    );
    const stop = () => giveUp(`connecting to ${address} was given up`);
    signal.addEventListener("abort", stop, { once: true });
    const settled = () => {
      timer.cancel();
      signal.removeEventListener("abort", stop);
    };
    socket.once("connect", () => {
      settled();
      resolve();
    });
    socket.once("error", (error) => {
      settled();
      giveUp(networkReason(error, address));
    });
  });
  let failure: Error | undefined;
  socket.removeAllListeners("error");
  socket.on("error", (error) => {
    failure = error;
  });
  return {
    stream: socket,
    address,
    onEnd: (call) =>
      socket.once("close", () =>
        call(failure === undefined ? `${address} closed the connection` : networkReason(failure, address)),
      ),
    close: async () => {
      socket.removeAllListeners("close");
      socket.destroy();
    },
  };
}

export interface SerialSettings {
  readonly device: string;
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly parity: "none" | "even" | "odd";
  readonly stopBits: 1 | 2;
}

/** Rejects with `ConnectionError` in plain words. */
export async function openSerial({ device: path, ...settings }: SerialSettings): Promise<OpenStream> {
  // Loaded only when needed: it brings a native library.
  const { SerialPort } = await import("serialport");
  const port = new SerialPort({ path, ...settings, autoOpen: false });
  await new Promise<void>((resolve, reject) =>
    port.open((error) => (error === null ? resolve() : reject(new ConnectionError(serialReason(error, path))))),
  );
  let failure: Error | undefined;
  port.on("error", (error) => {
    failure = error;
  });
  return {
    stream: port,
    address: path,
    onEnd: (call) =>
      port.once("close", (error: Error | null) =>
        call(`${path} is gone: was the adapter unplugged? (${(error ?? failure)?.message ?? "closed"})`),
      ),
    close: async () => {
      port.removeAllListeners("close");
      if (port.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()));
    },
  };
}
