import { parse } from "csv-parse/sync";
import { z } from "zod";
import { MessageError } from "../../../contract/errors.ts";
import { excerpt } from "../excerpt.ts";
import { defineFormat } from "./format.ts";
import { inferred } from "./inferred.ts";

const delimiters = [",", ";", "\t", "|", " "] as const;

const settings = z.strictObject({
  delimiter: z
    .enum(delimiters)
    .default(",")
    .meta({ title: "Columns are parted by", labels: { "\t": "Tab", " ": "Space" } }),
  header: z.boolean().default(true).meta({ title: "The first line names the columns" }),
  columns: z.array(z.string()).max(1_000).default([]).meta({
    title: "Columns",
    description: "Their names in order, instead of those of a first line. An empty name leaves a column out.",
  }),
  decimal: z
    .enum([".", ","])
    .default(".")
    .meta({ title: "Decimals", labels: { ".": "21.5", ",": "21,5" } }),
  infer: z.boolean().default(true).meta({
    title: "Numbers are numbers",
    description: "Off: every cell is text. Types brings single columns to a type.",
  }),
});

export const csv = defineFormat({
  label: "CSV",
  help: "a table; each line is a message with a field for each column, and empty cells are left out",
  settings,
  examples: [
    {
      title: "lines of a table, the time in a column",
      config: { format: "csv", csv: { delimiter: ";", decimal: "," }, timestampField: "at" },
      input: [{ raw: { payload: "at;temp;state\n2026-01-01T12:00:00Z;21,5;run\n2026-01-01T12:00:01Z;;stop\n" } }],
      output: [
        { point: { key: "temp", value: 21.5, type: "float", timestamp: "2026-01-01T12:00:00.000Z" } },
        { point: { key: "state", value: "run", timestamp: "2026-01-01T12:00:00.000Z" } },
        { point: { key: "state", value: "stop", timestamp: "2026-01-01T12:00:01.000Z" } },
      ],
    },
    {
      title: "one line without a header",
      config: { format: "csv", csv: { header: false, columns: ["temp", "", "hum"] } },
      input: [{ raw: { payload: "21.5,x,40" } }],
      output: [{ point: { key: "temp", value: 21.5 } }, { point: { key: "hum", value: 40 } }],
    },
  ],
  create({ delimiter, header, columns, decimal, infer }) {
    const value = (cell: string) => (infer ? inferred(cell, decimal) : cell);
    return {
      decode(payload) {
        const rows = rowsOf(payload.text(), delimiter);
        const first = header ? (rows.shift() ?? []) : undefined;
        const names = columns.length > 0 ? columns : (first ?? rows[0]?.map((_, index) => `column_${index + 1}`) ?? []);
        return rows.map((row) => {
          if (row.length !== names.length)
            return new MessageError("parse_error", `the line has ${row.length} columns, not ${names.length}`);
          const cells = row.map((cell, index) => [(names[index] ?? "").trim(), cell] as const);
          return Object.fromEntries(
            cells.flatMap(([name, cell]) => (name === "" || cell.trim() === "" ? [] : [[name, value(cell)]])),
          );
        });
      },
    };
  },
});

function rowsOf(text: string, delimiter: string): string[][] {
  try {
    return parse(text, { delimiter, bom: true, skip_empty_lines: true, relax_column_count: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MessageError("parse_error", `not CSV: ${excerpt(reason)}`, { cause: error });
  }
}
