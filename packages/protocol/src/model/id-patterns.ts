/** Lists of instrument ids in which one `*` stands for any part of an id: `700.HK`, `*.US`, `rb*`, `MA*`. */

/** Whether an entry stands for several ids. */
export function isPattern(entry: string): boolean {
  return entry.includes("*");
}

/**
 * Reads ids and patterns, separated by commas; blanks around them do not count. Undefined when an entry is empty or has more
 * than one `*`; an empty list, which stands for every id, when one of them is `*` alone.
 */
export function readIdPatterns(text: string): string[] | undefined {
  const entries = text.split(",").map((entry) => entry.trim());
  if (entries.some((entry) => entry === "" || entry.split("*").length > 2)) return undefined;
  return entries.includes("*") ? [] : entries;
}

/** Makes the test that ids have to pass: one of the ids, or of the patterns. An empty list lets every id pass. */
export function makeIdFilter(patterns: readonly string[]): (id: string) => boolean {
  if (patterns.length === 0) return () => true;
  const ids = new Set(patterns.filter((pattern) => !isPattern(pattern)));
  const ends = patterns.filter(isPattern).map((pattern) => pattern.split("*") as [string, string]);
  return (id) => {
    if (ids.has(id)) return true;
    return ends.some(([head, tail]) => {
      return id.length >= head.length + tail.length && id.startsWith(head) && id.endsWith(tail);
    });
  };
}
