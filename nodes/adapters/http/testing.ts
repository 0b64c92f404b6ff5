/** For tests of the HTTP poll: polls made by hand, against a server the test decides on. */
import { onTestFinished } from "vitest";
import { startWebServer, type WebServer } from "../../../test/peers/web-server.ts";
import type { Reach } from "../../contract/connector.ts";
import { ManualClock } from "../../contract/testing.ts";
import { createHttpClient } from "../../outbound/http-client.ts";
import { httpConfig } from "./config.ts";
import { createPoll } from "./poll.ts";
import type { Reading } from "./reading.ts";

export async function serve(answer: WebServer["answer"]): Promise<WebServer> {
  const server = await startWebServer(answer);
  onTestFinished(() => server.stop());
  return server;
}

export function polling(
  config: Record<string, unknown>,
  {
    reach = { loopback: true, privateNetworks: true },
    onEmit = async (_reading: Reading): Promise<void> => undefined,
  }: {
    reach?: Reach;
    onEmit?: (reading: Reading) => Promise<void>;
  } = {},
) {
  const parsed = httpConfig.parse(config);
  const clock = new ManualClock();
  const { timeout, maxBodyBytes, maxRedirects } = parsed;
  const client = createHttpClient({ clock, reach, timeoutMs: timeout, maxBodyBytes, maxRedirects, tls: {} });
  onTestFinished(() => client.close());
  const readings: Reading[] = [];
  const poll = createPoll(parsed, {
    clock,
    client,
    emit: async (reading) => {
      await onEmit(reading);
      readings.push(reading);
    },
  });
  return {
    clock,
    readings,
    payloads: () => readings.map(({ payload }) => payload),
    poll: (signal = new AbortController().signal) => poll(signal),
    /** The words with which the next poll fails. */
    failure: () =>
      poll(new AbortController().signal).then(
        () => "it worked",
        (error: Error) => error.message,
      ),
  };
}
