/** Which Node-RED types have a counterpart. All others become placeholders. */
import type { Converter } from "./conversion.ts";
import { batch, change, delay, join, json, range, rbe, smooth, switchNode } from "./rules.ts";
import { debug, file, influx, mqttOut, redisOut, websocketOut } from "./sinks.ts";
import { httpIn, httpRequest, inject, modbusRead, mqttIn } from "./sources.ts";

const byHand =
  (why: string): Converter =>
  () =>
    why;

export const converters: ReadonlyMap<string, Converter> = new Map<string, Converter>([
  ["mqtt in", mqttIn],
  ["inject", inject],
  ["http in", httpIn],
  ["http request", httpRequest],
  ["modbus-read", modbusRead],
  ["switch", switchNode],
  ["change", change],
  ["range", range],
  ["rbe", rbe],
  ["delay", delay],
  ["smooth", smooth],
  ["batch", batch],
  ["join", join],
  ["json", json],
  ["junction", () => ({ outcome: "converted", notes: [], parts: [] })],
  ["debug", debug],
  ["mqtt out", mqttOut],
  ["file", file],
  ["websocket out", websocketOut],
  ["influxdb out", influx],
  ["redis-out", redisOut],
  ["function", byHand("flows hold no JavaScript: write it as conditions and calculations, or as a sidecar")],
  ["http response", byHand("a webhook answers by itself: take this node out")],
  ["exec", byHand("flows start no programs on the gateway: a sidecar can do it")],
  ["catch", byHand("what fails leaves rules by their failed port, and stands on iot.errors.>")],
]);
