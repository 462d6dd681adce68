/** Tables for people: columns aligned by spaces. */

/** The lines of a table, its head first. Columns in `numbers` lean to the right. */
export function writeTable(lines: readonly (readonly string[])[], numbers: ReadonlySet<number> = new Set()): string[] {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => width(line[column] ?? ""))));
  return lines.map((line) =>
    line
      .map((cell, column) => {
        const blanks = " ".repeat(widths[column]! - width(cell));
        return numbers.has(column) ? blanks + cell : cell + blanks;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** `2027-01-01 08:00Z`, of a moment in ISO 8601, UTC. */
export function toMinute(iso: string): string {
  return `${iso.slice(0, 16).replace("T", " ")}Z`;
}

/** Columns that a text takes on a terminal: East Asian letters take two. */
function width(text: string): number {
  let columns = 0;
  for (const letter of text) columns += WIDE.test(letter) ? 2 : 1;
  return columns;
}

const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
