/**
 * How secrets are written down. Tokens are long and random, so one SHA-256 protects them and a handshake is decided
 * at once; passwords are not, so they get scrypt. The encoded forms hold no blank, comma or quote: YAML takes them bare.
 */
import { createHash, randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** `sha256:` and 64 hex digits. */
export const TOKEN_HASH = /^sha256:[0-9a-f]{64}$/;
/** `scrypt:N:r:p:salt:hash`, numbers in decimal, salt and hash in hex. */
export const PASSWORD_HASH = /^scrypt:(\d{1,7}):(\d{1,2}):(\d{1,2}):((?:[0-9a-f]{2}){8,64}):((?:[0-9a-f]{2}){16,64})$/;
/** `env:NAME`: the secret itself is in the environment variable NAME. */
export const ENV_REFERENCE = /^env:([A-Za-z_][A-Za-z0-9_]*)$/;

/** Cost of hashes made here: 16 MiB and some tens of milliseconds each. The encoded form carries it. */
const COST = { N: 16_384, r: 8, p: 1 };
const SALT_BYTES = 16;
const TOKEN_BYTES = 16;
const HASH_BYTES = 32;
/** Most memory that one check may take, whatever cost a configured hash asks for. */
const MAX_MEMORY = 256 * 1024 * 1024;

interface PasswordHash {
  readonly cost: { readonly N: number; readonly r: number; readonly p: number };
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** A new token in the vendor's shape (alltick.md 1): 128 random bits in hex, and a suffix that is part of it. */
export function makeToken(): string {
  return `${randomBytes(TOKEN_BYTES).toString("hex")}-c-app`;
}

/** The form in which a token is configured and kept. */
export function hashToken(token: string): string {
  return `sha256:${createHash("sha256").update(token).digest("hex")}`;
}

/** The form in which a password is configured and kept; every call makes its own salt. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, HASH_BYTES, COST);
  return `scrypt:${COST.N}:${COST.r}:${COST.p}:${salt.toString("hex")}:${hash.toString("hex")}`;
}

/** Whether `password` is the one that `encoded` was made from. Takes the same time for every wrong one. */
export async function verifyPassword(password: string, encoded: string): Promise<boolean> {
  const parsed = parsePasswordHash(encoded);
  if (parsed === undefined) return false;
  const hash = await derive(password, parsed.salt, parsed.hash.length, parsed.cost);
  return timingSafeEqual(hash, parsed.hash);
}

/** Whether `text` is an encoded password hash with a cost that scrypt and this process can bear. */
export function isPasswordHash(text: string): boolean {
  return parsePasswordHash(text) !== undefined;
}

function parsePasswordHash(text: string): PasswordHash | undefined {
  const [, N, r, p, salt, hash] = PASSWORD_HASH.exec(text) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  if (cost.N < 2 || (cost.N & (cost.N - 1)) !== 0 || cost.r < 1 || cost.p < 1 || memory(cost) > MAX_MEMORY)
    return undefined;
  return { cost, salt: Buffer.from(salt, "hex"), hash: Buffer.from(hash, "hex") };
}

function memory({ N, r, p }: PasswordHash["cost"]): number {
  return 128 * r * (N + p + 2);
}

function derive(password: string, salt: Buffer, length: number, cost: PasswordHash["cost"]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, { ...cost, maxmem: 2 * MAX_MEMORY }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
