/**
 * Protocol Buffers read by walking the schema. The library would make code of the schema for it, and nothing that comes
 * with a flow becomes code here; its parser and its reader of bytes do not.
 */
import protobuf from "protobufjs";
import { MessageError } from "../../../contract/errors.ts";
import { depthLimit, tooDeep } from "../json-value.ts";
import { shortest } from "./bits.ts";

/** The message `name` of a schema. Throws an `Error` in words when the schema or the name is wrong. */
export function messageType(schema: string, name: string): protobuf.Type {
  const { root, imports = [], weakImports = [] } = protobuf.parse(schema, { keepCase: true });
  for (const file of [...imports, ...weakImports]) {
    const known = protobuf.common.get(file);
    if (known === null) throw new Error(`"${file}" is not known here: copy what it holds into the schema`);
    root.addJSON(known.nested ?? {});
  }
  root.resolveAll();
  return root.lookupType(name);
}

/** Names of the messages of a schema that parses, for "it has …". */
export function messageNames(schema: string): string[] {
  const names: string[] = [];
  const walk = (namespace: protobuf.NamespaceBase): void => {
    for (const nested of namespace.nestedArray) {
      if (nested instanceof protobuf.Type) names.push(nested.fullName.slice(1));
      if (nested instanceof protobuf.Namespace) walk(nested);
    }
  };
  walk(protobuf.parse(schema, { keepCase: true }).root);
  return names;
}

export type Message = Readonly<Record<string, unknown>>;

/** Fields by their names in the schema; 64-bit numbers are bigints, enumerations names, times RFC 3339. */
export function readMessage(type: protobuf.Type, bytes: Uint8Array): Message {
  const reader = protobuf.Reader.create(bytes);
  return readFields(type, reader, reader.len, 0) as Message;
}

function readFields(type: protobuf.Type, reader: protobuf.Reader, end: number, depth: number): unknown {
  if (depth >= depthLimit) throw tooDeep();
  const values = new Map<string, unknown>();
  while (reader.pos < end) {
    const tag = reader.uint32();
    const wireType = tag & 7;
    const field = type.fieldsById[tag >>> 3];
    if (field === undefined) reader.skipType(wireType);
    else readField(field, wireType, reader, values, depth);
  }
  if (reader.pos > end) throw new Error("a message is shorter than what it holds");
  if (type.fullName === ".google.protobuf.Timestamp") return timeOf(values);
  for (const field of type.fieldsArray)
    if (!values.has(field.name) && isImplied(field)) values.set(field.name, zeroOf(field));
  return Object.fromEntries(values);
}

function readField(
  field: protobuf.Field,
  wireType: number,
  reader: protobuf.Reader,
  values: Map<string, unknown>,
  depth: number,
): void {
  const { name } = field;
  if (field instanceof protobuf.MapField) {
    const [key, value] = readEntry(field, reader, depth);
    const entries = (values.get(name) as Map<string, unknown> | undefined) ?? new Map<string, unknown>();
    values.set(name, entries.set(key, value));
  } else if (!field.repeated) values.set(name, readValue(field, wireType, reader, depth));
  else {
    const list = (values.get(name) as unknown[] | undefined) ?? [];
    if (wireType === 2 && packedTypeOf(field) !== undefined) {
      const end = reader.uint32() + reader.pos;
      while (reader.pos < end) list.push(readValue(field, packedTypeOf(field) ?? 0, reader, depth));
    } else list.push(readValue(field, wireType, reader, depth));
    values.set(name, list);
  }
}

function packedTypeOf({ resolvedType, type }: Typed): number | undefined {
  return resolvedType instanceof protobuf.Enum ? 0 : protobuf.types.packed[type as keyof typeof protobuf.types.packed];
}

type Typed = Pick<protobuf.Field, "name" | "type" | "resolvedType">;

function readValue(field: Typed, wireType: number, reader: protobuf.Reader, depth: number): unknown {
  const { resolvedType, type, name } = field;
  const basic = protobuf.types.basic as Readonly<Record<string, number>>;
  const expected = resolvedType instanceof protobuf.Enum ? 0 : (basic[type] ?? 2);
  if (wireType !== expected)
    throw new MessageError(
      "parse_error",
      `"${name}" is of another kind than the schema says: is it the right message?`,
    );
  if (resolvedType instanceof protobuf.Enum) {
    const value = reader.int32();
    return resolvedType.valuesById[value] ?? value;
  }
  if (resolvedType instanceof protobuf.Type) {
    const length = reader.uint32();
    return readFields(resolvedType, reader, reader.pos + length, depth + 1);
  }
  return readScalar(type, reader);
}

function readEntry(field: protobuf.MapField, reader: protobuf.Reader, depth: number): [string, unknown] {
  const end = reader.uint32() + reader.pos;
  let key: unknown = zero(field.keyType);
  let value: unknown = zeroOf(field);
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag >>> 3 === 1) key = readScalar(field.keyType, reader);
    else if (tag >>> 3 === 2) value = readValue(field, tag & 7, reader, depth);
    else reader.skipType(tag & 7);
  }
  return [String(key), value];
}

function readScalar(type: string, reader: protobuf.Reader): unknown {
  switch (type) {
    case "double":
      return reader.double();
    case "float":
      return shortest(reader.float());
    case "int32":
      return reader.int32();
    case "uint32":
      return reader.uint32();
    case "sint32":
      return reader.sint32();
    case "fixed32":
      return reader.fixed32();
    case "sfixed32":
      return reader.sfixed32();
    case "int64":
      return wide(reader.int64(), true);
    case "uint64":
      return wide(reader.uint64(), false);
    case "sint64":
      return wide(reader.sint64(), true);
    case "fixed64":
      return wide(reader.fixed64(), false);
    case "sfixed64":
      return wide(reader.sfixed64(), true);
    case "bool":
      return reader.bool();
    case "string":
      return reader.string();
    case "bytes":
      return Buffer.from(reader.bytes());
    default:
      throw new Error(`the type ${type} is not known`);
  }
}

function wide(value: number | protobuf.Long, isSigned: boolean): bigint {
  if (typeof value === "number") return BigInt(value);
  const bits = (BigInt(value.high >>> 0) << 32n) | BigInt(value.low >>> 0);
  return isSigned ? BigInt.asIntN(64, bits) : bits;
}

/** A field that the sender leaves out when it is zero, as proto3 does. */
function isImplied(field: protobuf.Field): boolean {
  return !field.repeated && !field.map && !field.hasPresence && !(field.resolvedType instanceof protobuf.Type);
}

function zeroOf({ resolvedType, type }: Typed): unknown {
  if (resolvedType instanceof protobuf.Enum) return resolvedType.valuesById[0] ?? 0;
  return resolvedType === null ? zero(type) : {};
}

function zero(type: string): unknown {
  if (type === "string") return "";
  if (type === "bytes") return Buffer.alloc(0);
  if (type === "bool") return false;
  return type.endsWith("64") ? 0n : 0;
}

function timeOf(values: ReadonlyMap<string, unknown>): string {
  const seconds = Number(values.get("seconds") ?? 0n);
  const ms = seconds * 1000 + Number(values.get("nanos") ?? 0) / 1e6;
  if (!(Math.abs(ms) <= 253_402_300_799_999)) throw new MessageError("parse_error", `${seconds} s is no time`);
  return new Date(ms).toISOString();
}
