/** `tickwire orders list|insert|cancel`: the orders of a CTP user, at tickwire or at any gateway that speaks CTP JSON. */
import { ClientError, CtpClient } from "@tickwire/client";
import type { Offset, Order, OrderSide, PriceType } from "@tickwire/protocol/model";
import { Command } from "commander";
import { addLoginOptions, readLogin, type LoginFlags } from "./login-options.ts";
import { readService, type ServiceFlags } from "./service-options.ts";
import { writeTable } from "./table.ts";
import { EXIT, ExitError, usage, type Terminal } from "./terminal.ts";

const SIDES: readonly OrderSide[] = ["buy", "sell"];
const OFFSETS: readonly Offset[] = ["open", "close", "close-today", "close-yesterday"];
const PRICE_TYPES: readonly PriceType[] = ["limit", "market", "best", "last", "five-level"];

interface OrderFlags extends ServiceFlags, LoginFlags {
  readonly json?: true;
}

interface InsertFlags extends OrderFlags {
  readonly volume: string;
  readonly price?: string;
  readonly priceType?: string;
  readonly offset?: string;
  readonly exchange?: string;
}

/** Makes the command. */
export function makeOrdersCommand(terminal: Terminal): Command {
  const orders = new Command("orders").description("list, give and cancel orders of a CTP user");
  addOptions(orders.command("list"))
    .description("list the orders of the trading day: text on a terminal, JSON lines elsewhere")
    .action((flags: OrderFlags) => list(flags, terminal));
  addOptions(orders.command("insert"))
    .description("give an order and tell how it was first answered; a limit order where there is a price")
    .argument("<code>", "instrument: rb2605")
    .argument("<side>", SIDES.join(" or "))
    .requiredOption("--volume <n>", "lots")
    .option("--price <price>", "limit; without it the order takes what there is (--price-type best)")
    .option("--price-type <type>", `${PRICE_TYPES.join(", ")}; for other prices than a limit`)
    .option("--offset <offset>", `${OFFSETS.join(", ")}; default open`)
    .option("--exchange <exchange>", "ExchangeID, where the gateway wants it")
    .action((code: string, side: string, flags: InsertFlags) => insert({ code, side, flags }, terminal));
  addOptions(orders.command("cancel"))
    .description("cancel an order")
    .argument("<order>", "its OrderSysID, as the list has it")
    .action((order: string, flags: OrderFlags) => cancel(order, flags, terminal));
  return orders;
}

function addOptions(command: Command): Command {
  return addLoginOptions(command)
    .option("--url <url>", "gateway (TICKWIRE_URL; default the local one)")
    .option("--json", "JSON lines, also on a terminal");
}

async function list(flags: OrderFlags, terminal: Terminal): Promise<void> {
  const found = await withClient(flags, terminal, (client) => client.orders.list());
  if (found.length === 0 && terminal.interactive) terminal.note("no orders");
  else print(found, flags, terminal);
}

async function insert(
  { code, side, flags }: { readonly code: string; readonly side: string; readonly flags: InsertFlags },
  terminal: Terminal,
): Promise<void> {
  const priceType = readOne(
    "--price-type",
    PRICE_TYPES,
    flags.priceType ?? (flags.price === undefined ? "best" : "limit"),
  );
  const order = {
    instrument: code,
    side: readOne("<side>", SIDES, side),
    offset: readOne("--offset", OFFSETS, flags.offset ?? "open"),
    volume: readPositive("--volume", flags.volume),
    priceType,
    price: flags.price === undefined ? 0 : readPositive("--price", flags.price),
    exchange: flags.exchange ?? "",
  };
  if ((priceType === "limit") !== (flags.price !== undefined))
    throw usage("--price: is for limit orders, which need it");
  if (!Number.isSafeInteger(order.volume)) throw usage("--volume: expected whole lots");
  const given = await withClient(flags, terminal, (client) => client.orders.insert(order));
  print([given], flags, terminal);
  if (given.submit === "insert-rejected") throw new ExitError(EXIT.failed, `refused: ${given.message}`);
}

async function cancel(named: string, flags: OrderFlags, terminal: Terminal): Promise<void> {
  const ended = await withClient(flags, terminal, async (client) => {
    const order = (await client.orders.list()).find(
      ({ sysId }) => sysId.trim() !== "" && sysId.trim() === named.trim(),
    );
    if (order === undefined) throw new ExitError(EXIT.failed, `there is no order ${named} today`);
    return client.orders.cancel(order);
  });
  print([ended], flags, terminal);
}

/** Logs in, once: whoever gives an order wants to know at once that it cannot be given. */
async function withClient<T>(
  flags: OrderFlags,
  terminal: Terminal,
  run: (client: CtpClient) => Promise<T>,
): Promise<T> {
  const { promise: broken, reject } = Promise.withResolvers<never>();
  const login = { ...readService(flags, terminal.env), ...readLogin(flags, terminal.env) };
  await using client = new CtpClient({
    ...login,
    onStatus: ({ state, cause }) => state === "waiting" && reject(new ClientError("closed", cause)),
  });
  return await Promise.race([broken, client.ready().then(() => run(client))]);
}

function print(orders: readonly Order[], flags: OrderFlags, terminal: Terminal): void {
  if (flags.json === true || !terminal.interactive) {
    for (const order of orders) terminal.print(JSON.stringify({ type: "order", ...order }));
    return;
  }
  const rows = orders.map(({ sysId, input, price, filled, status, message }) => [
    sysId.trim(),
    input.instrument,
    input.side,
    input.offset,
    String(price),
    `${filled}/${input.volume}`,
    status,
    message,
  ]);
  const head = ["ORDER", "CODE", "SIDE", "OFFSET", "PRICE", "FILLED", "STATUS", ""];
  for (const line of writeTable([head, ...rows], new Set([4, 5]))) terminal.print(line);
}

function readOne<T extends string>(name: string, known: readonly T[], text: string): T {
  const found = known.find((each) => each === text);
  if (found === undefined) throw usage(`${name}: expected one of ${known.join(", ")}, got ${JSON.stringify(text)}`);
  return found;
}

function readPositive(name: string, text: string): number {
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw usage(`${name}: expected a number above 0, got ${JSON.stringify(text)}`);
}
