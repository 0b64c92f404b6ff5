import { type SaxesAttributeNS, SaxesParser, type SaxesTag } from "saxes";
import { z } from "zod";
import { MessageError } from "../../../contract/errors.ts";
import { excerpt } from "../excerpt.ts";
import { depthLimit, tooDeep } from "../json-value.ts";
import { defineFormat } from "./format.ts";
import { inferred } from "./inferred.ts";
import { contentOf } from "./json-text.ts";

const settings = z.strictObject({
  lists: z
    .array(z.string().min(1))
    .max(100)
    .default([])
    .meta({ title: "Always lists", description: "Elements that make a list also when only one is there." }),
  infer: z.boolean().default(true).meta({ title: "Numbers are numbers", description: "Off: every value is text." }),
});

export const xml = defineFormat({
  label: "XML",
  help: "XML; elements become fields, attributes fields that begin with `@`, repeated elements lists",
  settings,
  examples: [
    {
      title: "sensors in a document",
      config: {
        format: "xml",
        xml: { lists: ["sensor"] },
        readings: "sensor",
        deviceIdField: "@id",
        fields: [{ path: "temp", unit: "°C" }],
      },
      input: [{ raw: { payload: '<hall><sensor id="s1"><temp>21.5</temp></sensor></hall>' } }],
      output: [{ point: { device_id: "s1", key: "temp", value: 21.5, tags: { unit: "°C" } } }],
    },
  ],
  create({ lists, infer }) {
    const always = new Set(lists);
    const value = infer ? (text: string) => inferred(text) : (text: string) => text;
    return { decode: (payload) => [read(contentOf(payload.text()), always, value)] };
  },
});

interface Element {
  readonly name: string;
  /** Attributes and children by name; a list where a name stands more than once. */
  readonly members: Map<string, unknown>;
  text: string;
}

/** What the root element holds. No entity is ever fetched or expanded: only the five of XML itself are known. */
function read(text: string, lists: ReadonlySet<string>, value: (text: string) => unknown): unknown {
  const open: Element[] = [];
  let root: unknown;
  const parser = new SaxesParser({ position: true });
  parser.on("error", (error) => {
    throw new MessageError("parse_error", `not XML: at ${excerpt(error.message)}`, { cause: error });
  });
  parser.on("doctype", () => {
    throw new MessageError("parse_error", "the document has a DOCTYPE, which is not read; send it without");
  });
  parser.on("opentag", ({ name, attributes }: SaxesTag) => {
    if (open.length >= depthLimit) throw tooDeep();
    const members = new Map<string, unknown>();
    for (const [attribute, given] of Object.entries(attributes as Record<string, string | SaxesAttributeNS>))
      members.set(`@${attribute}`, value(typeof given === "string" ? given : given.value));
    open.push({ name, members, text: "" });
  });
  const addText = (more: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += more;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    const element = open.pop();
    if (element === undefined) return;
    const parent = open.at(-1);
    if (parent === undefined) root = contentOfElement(element, value);
    else add(parent.members, element.name, contentOfElement(element, value), lists.has(element.name));
  });
  parser.write(text).close();
  return root;
}

function contentOfElement({ members, text }: Element, value: (text: string) => unknown): unknown {
  if (members.size === 0) return value(text.trim());
  if (text.trim() !== "") members.set("#text", value(text.trim()));
  return Object.fromEntries(members);
}

/** Lists of elements are told from single ones by this: a value is never an array of its own. */
function add(members: Map<string, unknown>, name: string, content: unknown, isList: boolean): void {
  const present = members.get(name);
  if (Array.isArray(present)) present.push(content);
  else if (members.has(name)) members.set(name, [present, content]);
  else members.set(name, isList ? [content] : content);
}
