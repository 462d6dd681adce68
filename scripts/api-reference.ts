/**
 * Writes docs/api.md: every export of `@tickwire/client`, with the members of classes and interfaces, out of the sources' own docstrings.
 * `node --conditions=@tickwire/source scripts/api-reference.ts > docs/api.md`
 */
import { readFileSync } from "node:fs";

const SOURCES = new URL("../packages/client/src/", import.meta.url);
const HEAD = `# API of @tickwire/client

Made of the docstrings by \`scripts/api-reference.ts\`; a test keeps it true. Types of messages and of the market (\`Trade\`, \`Book\`, \`Order\` …)
are those of \`@tickwire/protocol\`.
`;
/** A docstring and the first line of what it is about: an export, or a member two columns in. */
const DESCRIBED = /^( {2})?\/\*\*((?:(?!\*\/)[^])*)\*\/\n\1?(export )?([^\n]+)/gm;
const DECLARED = /^(?:abstract )?(?:async )?(class|function|interface|type|const) (\w+)/;

const read = (file: string): string => readFileSync(new URL(file, SOURCES), "utf8");

/** The whole document. */
export function writeReference(): string {
  const exported = [...read("mod.ts").matchAll(/^export (?:type )?(\*|\{[^}]*\}) from "\.\/([^"]+)"/gm)];
  return [HEAD, ...exported.map(([, names, file]) => writeModule(file!, names!))].join("\n");
}

function writeModule(file: string, names: string): string {
  const text = read(file);
  const wanted = names === "*" ? undefined : new Set(names.match(/\w+/g));
  const lines = [`## ${toSentence(/^\/\*\*([^]*?)\*\//.exec(text)?.[1] ?? file)}`, ""];
  let shown = false;
  for (const [, indent, comment, isExport, declaration] of text.matchAll(DESCRIBED)) {
    if (indent === undefined) {
      const [, kind, name] = DECLARED.exec(declaration!) ?? [];
      shown = isExport !== undefined && name !== undefined && (wanted?.has(name) ?? true);
      if (shown) lines.push(`### ${kind} \`${name}\``, "", toSentence(comment!), "");
    } else if (shown && /^(?:readonly |get |async )*[\w[]/.test(declaration!)) {
      lines.push(`- \`${declaration!.replace(/\s*[{;]+$|;$/, "").trim()}\` — ${toSentence(comment!)}`);
    }
  }
  return `${lines.join("\n").replaceAll(/(^- [^\n]*)\n(###)/gm, "$1\n\n$2")}\n`;
}

/** A docstring on one line, its links as code. */
function toSentence(comment: string): string {
  const text = comment.replaceAll(/\n\s*\* ?/g, " ").trim();
  return text.replaceAll(/\{@link ([\w.]+)\}/g, "`$1`").replaceAll(/\s+/g, " ");
}

if (import.meta.main) process.stdout.write(writeReference());
