/** The configuration for people: the one in force as YAML, and the table of all settings as Markdown. */
import { Document, isMap, isScalar, isSeq, type Node } from "yaml";
import { writePath } from "./errors.ts";
import type { LoadedConfig } from "../config.ts";
import { expectation, SETTINGS, type Setting } from "./settings.ts";
import { ENV_REFERENCE } from "../credentials/secrets.ts";

/** The configuration in force as YAML. Every value says where it came from; hashes of secrets are left out. */
export function printConfig({ config, stated, demo, origin }: LoadedConfig): string {
  const document = new Document({
    ...config,
    tokens: config.tokens.map((entry, at) => ({ ...entry, token: redact(stated.tokens[at]?.token ?? "", "sha256") })),
    users: config.users.map((entry, at) => ({
      ...entry,
      password: redact(stated.users[at]?.password ?? "", "scrypt"),
    })),
  });
  annotate(document.contents, [], (path) => (demo && /^(tokens|users)\b/.test(path) ? "demo" : origin(path)));
  return document.toString({ lineWidth: 0 });
}

function redact(stated: string, algorithm: string): string {
  return ENV_REFERENCE.test(stated) ? stated : `${algorithm}:(redacted)`;
}

/** Puts its origin behind every scalar. */
function annotate(node: Node | null, path: readonly PropertyKey[], origin: (path: string) => string): void {
  if (isMap(node)) {
    for (const { key, value } of node.items) annotate(value as Node, [...path, String(key)], origin);
  } else if (isSeq(node)) {
    for (const [at, item] of node.items.entries()) annotate(item as Node, [...path, at], origin);
  } else if (isScalar(node)) {
    node.comment = ` ${origin(writePath(path))}`;
  }
}

const TWINS: Readonly<Record<string, string>> = {
  "listen[].host": "`--host`, `TICKWIRE_HOST`",
  "listen[].port": "`--port`, `TICKWIRE_PORT`",
  feeds: "`--feed` (repeatable), `TICKWIRE_FEED`",
  data: "`--data`, `TICKWIRE_DATA`",
  "log.level": "`--log-level`, `TICKWIRE_LOG_LEVEL`",
};

/** docs/config.md, made from the schema. */
export function printReference(): string {
  return `${HEAD}
| key | takes | default | flag, variable | |
|---|---|---|---|---|
${SETTINGS.map(row).join("\n")}
`;
}

function row({ path, node, env }: Setting): string {
  const twins = TWINS[path] ?? (env === undefined ? "" : `\`${env}\``);
  const initial = node.default === undefined ? "" : `\`${JSON.stringify(node.default)}\``;
  return `| \`${path}\` | ${expectation(node)} | ${initial} | ${twins} | ${node.description ?? ""} |`;
}

const HEAD = `# Configuration

Made from the schema by \`npm run -s tickwire -- config schema --markdown > docs/config.md\`; a test keeps it true.

A setting is looked for in four places, each over the one before: its default, the YAML file (\`--config FILE\` or
\`TICKWIRE_CONFIG\`), the environment, the flags. A list is replaced as a whole; a key without a value keeps its default.
A mistake is named with its path and the process exits with 2. \`tickwire config print\` shows what is in force and where
each value came from, \`config check\` only validates, \`config schema\` prints JSON Schema for editors.

- \`--host\` and \`--port\` make one address that replaces the list \`listen\`; what they leave open comes from its first element.
- \`TICKWIRE_FEED\` holds SPECs separated by blanks or line ends; inside a SPEC a blank is \`%20\`, as in any URL query.
- An empty variable counts as not set. Paths are relative to the working directory.
- Secrets are never written plainly: \`env:NAME\` takes one from an environment variable, in a feed's SPEC as well
  (\`alltick?token=env:ALLTICK_TOKEN\`, see [upstreams.md](upstreams.md)), and \`tickwire config hash\` makes
  the hashed form. Without tokens and users, and while every address is a loopback address, the token \`demo\` and the users
  \`demo\` and \`demo2\` with the password \`demo\` exist; on any other address the gateway then refuses to start. Tokens and users
  that \`tickwire token issue\` and \`tickwire user add\` have put into the ledger count, too ([tokens.md](tokens.md),
  [users-and-accounts.md](users-and-accounts.md)).

\`\`\`yaml
listen:
  - host: 0.0.0.0
    port: 8081
feeds:
  - sim?seed=7&rate=20
tokens:
  - name: desk
    token: env:DESK_TOKEN
    plan: premium
users:
  - user: "160219"
    password: env:PASSWORD_160219
\`\`\`
`;
