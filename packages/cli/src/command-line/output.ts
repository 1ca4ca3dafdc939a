import { encodeJson, type JsonValue } from '@capstan/object';
import { stringify } from '@capstan/yaml';
import { Option } from 'commander';
import { plainLine } from './plain-text.ts';

/** The formats of `-o`. */
export const outputFormats = ['table', 'wide', 'json', 'yaml', 'name', 'jsonl'] as const;

/** One of the formats of `-o`. */
export type OutputFormat = (typeof outputFormats)[number];

/** The `-o` option. */
export function outputOption(): Option {
  return new Option('-o, --output <format>', 'how results are printed').choices(outputFormats).default('table');
}

/** A column of a table: its heading, and whether only `wide` shows it. */
export interface Column<Row> {
  readonly heading: string;
  readonly wide?: boolean;
  readonly value: (row: Row) => string;
}

/** How a kind of result is printed in each format. */
export interface Printing<Row> {
  readonly columns: readonly Column<Row>[];
  readonly json: (row: Row) => JsonValue;
  readonly name: (row: Row) => string;
  /** What a table says instead of nothing. */
  readonly none: string;
}

/** Results in a format, ending with a newline. `single` prints json and yaml as one value rather than a list. */
export function printed<Row>(
  rows: readonly Row[],
  format: OutputFormat,
  printing: Printing<Row>,
  single = false,
): string {
  const [first] = rows;
  const value = (): JsonValue => (single && first !== undefined ? printing.json(first) : rows.map(printing.json));
  switch (format) {
    case 'table':
    case 'wide': {
      if (rows.length === 0) return `${printing.none}\n`;
      const columns = printing.columns.filter((column) => format === 'wide' || column.wide !== true);
      return tableText([
        columns.map(({ heading }) => heading),
        ...rows.map((row) => columns.map(({ value }) => value(row))),
      ]);
    }
    case 'json':
      return `${encodeJson(value(), { indent: '  ', escapeHtml: false })}\n`;
    case 'yaml':
      return stringify(value());
    case 'name':
      return rows.map((row) => `${plainLine(printing.name(row))}\n`).join('');
    case 'jsonl':
      return rows.map((row) => `${encodeJson(printing.json(row), { escapeHtml: false })}\n`).join('');
    default:
      return format satisfies never;
  }
}

/** Rows under one another in columns as wide as they need to be, three spaces apart. Cells are plain lines. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(plainLine));
  const widths = (cells[0] ?? []).map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  return cells
    .map(
      (row) =>
        `${row
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('');
}
