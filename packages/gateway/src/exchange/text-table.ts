/** Tables of plain text with aligned columns, for readers whose letters are one or two columns wide. Pure. */

/** A column: its title, and the side that its cells lean to. */
export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

/** Spaces between columns. */
const GAP = 2;
/** Code points that take two columns: from, to. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe4f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
];

/** Columns that a text takes on a terminal or in a printed list. */
export function textWidth(text: string): number {
  let width = 0;
  for (const letter of text) {
    const point = letter.codePointAt(0)!;
    width += WIDE.some(([from, to]) => point >= from && point <= to) ? 2 : 1;
  }
  return width;
}

/** A text filled with blanks up to a width; longer ones stay as they are. */
export function padText(text: string, width: number, align: Column["align"] = "left"): string {
  const blanks = " ".repeat(Math.max(0, width - textWidth(text)));
  return align === "left" ? text + blanks : blanks + text;
}

/** A text in the middle of a width. */
export function centerText(text: string, width: number): string {
  return " ".repeat(Math.max(0, Math.floor((width - textWidth(text)) / 2))) + text;
}

/** Titles and rows as lines; rows have a cell for every column. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, at) => Math.max(...lines.map((cells) => textWidth(cells[at] ?? ""))));
  return lines.map((cells) =>
    columns
      .map(({ align }, at) => padText(cells[at] ?? "", widths[at]!, align))
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
}
