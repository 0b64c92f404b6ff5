/** Reads tags once, for somebody who is still filling in the table. */
import type { ModbusClient } from "../../connections/modbus/client.ts";
import { isBitArea } from "../../connections/modbus/pdu.ts";
import type { Probed } from "../../contract/connector.ts";
import { BlockReader, type SpanReading } from "./block-reader.ts";
import type { Tag } from "./tag.ts";

/** Answers the tags in the order given. Never rejects: what cannot be read is bad. */
export async function probeTags(client: ModbusClient, tags: readonly Tag[]): Promise<Probed[]> {
  const answers = new Map<Tag, Probed>();
  for (const unitId of new Set(tags.map((tag) => tag.unitId))) {
    const ofUnit = tags.filter((tag) => tag.unitId === unitId);
    const { spans } = await new BlockReader(client, unitId, ofUnit).read();
    for (const [index, tag] of ofUnit.entries()) {
      const reading = spans[index];
      if (reading !== undefined) answers.set(tag, probed(tag, reading));
    }
  }
  return tags.map((tag) => answers.get(tag)).filter((answer) => answer !== undefined);
}

function probed(tag: Tag, reading: SpanReading): Probed {
  const about = { device_id: tag.deviceId, key: tag.key, type: tag.pointType };
  if (!("bytes" in reading)) return { ...about, value: null, quality: reading.quality, detail: reading.reason };
  const { bytes, at } = reading;
  const measured = tag.decode(bytes, at);
  return isBitArea(tag.area)
    ? { ...about, ...measured }
    : { ...about, ...measured, raw: registersText(bytes, at, tag.count) };
}

/** `42F6 E979` */
function registersText(bytes: Buffer, at: number, count: number): string {
  const hex = bytes.toString("hex", at, at + 2 * count).toUpperCase();
  return hex.replace(/.{4}(?=.)/g, "$& ");
}
