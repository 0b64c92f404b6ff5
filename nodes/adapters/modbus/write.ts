/** Commands: a value for a tag goes to the device, once, and is read back where that is wanted. */
import type { ModbusClient } from "../../connections/modbus/client.ts";
import { isBitArea, type Request, readRequest, writeCoils, writeRegisters } from "../../connections/modbus/pdu.ts";
import { exceptionReason } from "../../connections/modbus/reasons.ts";
import type { Command } from "../../contract/connector.ts";
import { MessageError } from "../../contract/errors.ts";
import { encodeValue } from "./encode.ts";
import type { Tag } from "./tag.ts";

/** The function answers what is told beside the success; it rejects with `MessageError` when the value is not written. */
export function writer(client: ModbusClient, tags: readonly Tag[]) {
  const byKey = new Map<string, Tag[]>();
  for (const tag of tags) byKey.set(tag.key, [...(byKey.get(tag.key) ?? []), tag]);
  /** All writes of a node keep their order. */
  const line = {};

  return async (command: Command): Promise<Readonly<Record<string, unknown>>> => {
    const tag = tagFor(command, byKey);
    const value = encodeValue(tag, command.value);
    const request = requestOf(tag, value);
    const outcome = await client.request(tag.unitId, request, line);
    if (outcome.kind === "exception")
      throw new MessageError("modbus_exception", `unit ${tag.unitId}: ${exceptionReason(outcome.code)}`);
    if (outcome.kind !== "data")
      throw new MessageError(
        "no_confirmation",
        `unit ${tag.unitId} has not confirmed the write: it may have been carried out or not, and is not sent again`,
      );
    if (tag.config.verifyReadBack) await verify(client, tag, value, line);
    const details = { device_id: tag.deviceId, unitId: tag.unitId, function: request.pdu.readUInt8(0) };
    return tag.config.verifyReadBack ? { ...details, verified: true } : details;
  };
}

function tagFor({ key, device_id: device }: Command, byKey: ReadonlyMap<string, readonly Tag[]>): Tag {
  const named = byKey.get(key) ?? [];
  const matching = device === undefined ? named : named.filter(({ deviceId }) => deviceId === device);
  const [tag, another] = matching;
  if (tag === undefined)
    throw new MessageError(
      "unknown_tag",
      `there is no tag "${key}"${device === undefined ? "" : ` of device "${device}"`}`,
    );
  if (another !== undefined)
    throw new MessageError("unknown_tag", `${matching.length} devices have a tag "${key}": name one with device_id`);
  if (tag.config.access === "r")
    throw new MessageError("not_writable", `the tag "${key}" is for reading only: set its access to rw or w`);
  return tag;
}

function requestOf({ area, address, config }: Tag, value: boolean | Buffer): Request {
  return typeof value === "boolean" && isBitArea(area)
    ? writeCoils(address, [value], config.writeMultiple)
    : writeRegisters(address, value as Buffer, config.writeMultiple);
}

async function verify(client: ModbusClient, tag: Tag, written: boolean | Buffer, line: object): Promise<void> {
  const { unitId, area, address, count } = tag;
  const outcome = await client.request(unitId, readRequest(area, address, count), line);
  if (outcome.kind !== "data")
    throw new MessageError("read_back", `written, but unit ${unitId} does not say what it now holds`);
  const isSame =
    typeof written === "boolean" ? tag.decode(outcome.bytes, 0).value === written : outcome.bytes.equals(written);
  if (isSame) return;
  throw new MessageError("read_back", `written, but the device now holds ${tag.decode(outcome.bytes, 0).value}`);
}
