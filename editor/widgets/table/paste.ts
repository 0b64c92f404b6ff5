/** Rows from and to the clipboard, as spreadsheets and CSV files write them. */
import { inserted, isObject, type JsonObject, replaced, withProperty } from "../edit.ts";
import type { Field, Property } from "../field.ts";
import { readNumber } from "../number-text.ts";

/**
 * Cells of text that has several lines or tabs in it, `undefined` for other text. Separated by tabs, otherwise by
 * semicolons or commas, whichever the first line has more of; quotes as in RFC 4180.
 */
export function readCells(text: string): readonly (readonly string[])[] | undefined {
  const trimmed = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  if (!/[\t\n]/.test(trimmed)) return undefined;
  const [firstLine = ""] = trimmed.split("\n", 1);
  const separator = [";", ","].reduce(
    (best, next) => (countOf(firstLine, next) > countOf(firstLine, best) ? next : best),
    "\t",
  );
  return split(trimmed, firstLine.includes("\t") ? "\t" : separator);
}

function countOf(text: string, part: string): number {
  return text.split(part).length - 1;
}

function split(text: string, separator: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at <= text.length) {
    const quoted = text[at] === '"';
    const end = quoted ? closingQuote(text, at + 1) : nextOf(text, at, separator);
    row.push(quoted ? text.slice(at + 1, end).replaceAll('""', '"') : text.slice(at, end).trim());
    at = quoted ? nextOf(text, end, separator) : end;
    if (text[at] !== separator) {
      rows.push(row);
      row = [];
    }
    at++;
  }
  return rows;
}
function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] !== '"') continue;
    if (text[at + 1] !== '"') return at;
    at++;
  }
  return text.length;
}
function nextOf(text: string, from: number, separator: string): number {
  for (let at = from; at < text.length; at++) if (text[at] === separator || text[at] === "\n") return at;
  return text.length;
}

/**
 * The rows with cells laid over them from a place on, new rows added at the end. When the first line names columns, it
 * says where each cell goes; otherwise they go to the columns from `column` on.
 */
export function pasted(
  rows: readonly unknown[],
  columns: readonly Property[],
  at: { readonly row: number; readonly column: number },
  cells: readonly (readonly string[])[],
): readonly unknown[] {
  const [first = [], ...others] = cells;
  const named = first.map((name) => columns.find((column) => isNamed(column, name)));
  const hasHeader = named.filter((column) => column !== undefined).length > first.length / 2;
  const targets = hasHeader ? named : columns.slice(at.column);
  return (hasHeader ? others : cells).reduce<readonly unknown[]>((result, line, index) => {
    const place = at.row + index;
    const old = result[place];
    const row = targets.reduce<JsonObject>(
      (object, column, cell) => {
        const text = line[cell];
        if (column === undefined || text === undefined) return object;
        return withProperty(object, column.key, readCell(column.field, text));
      },
      isObject(old) ? old : {},
    );
    return place < result.length ? replaced(result, place, row) : inserted(result, result.length, row);
  }, rows);
}

function isNamed(column: Property, name: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  return plain(name) !== "" && [column.key, column.label].some((own) => plain(own) === plain(name));
}

/** The value that a cell's text means for a field; text it cannot hold is kept, for the field to complain about. */
function readCell(field: Field, text: string): unknown {
  if (text === "") return undefined;
  if (field.kind === "number") {
    const reading = readNumber(text);
    return reading.kind === "number" ? reading.value : text;
  }
  const word = text.toLowerCase();
  if (field.kind === "boolean") return ["true", "1", "yes", "y", "x", "on", "是"].includes(word);
  if (field.kind === "choice")
    return (
      field.choices.find(({ value, label }) => String(value).toLowerCase() === word || label.toLowerCase() === word)
        ?.value ?? text
    );
  return text;
}

/** The table for a spreadsheet: tabs between cells, the names of the columns first. */
export function writeCells(rows: readonly unknown[], columns: readonly Property[]): string {
  const line = (cells: readonly string[]) => cells.map(quoted).join("\t");
  const body = rows.map((row) => line(columns.map(({ key }) => plainText(isObject(row) ? row[key] : undefined))));
  return [line(columns.map(({ label }) => label)), ...body].join("\n");
}
function plainText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
function quoted(text: string): string {
  return /["\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
