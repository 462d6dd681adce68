/** Lines of a file, plain or gzipped, a chunk at a time: memory does not grow with the file. */
import { promises } from "node:fs";
import { pipeline, type Readable } from "node:stream";
import { constants, createGunzip } from "node:zlib";

/** Bytes read and inflated at a time. */
const CHUNK_BYTES = 131_072;
/** A line that is longer is not one: it is passed over without being kept. */
const MAX_LINE_BYTES = 65_536;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const NOTHING = Buffer.alloc(0);

/** What {@link LineFile.read} finds. */
export interface LineReader {
  /** A line without its end: `bytes[start…end)`, valid during the call. */
  line(bytes: Buffer, start: number, end: number): void;
  /** A line longer than 64 KiB was passed over. */
  overlong(): void;
}

/** What keeps a file open. */
interface Closable {
  close(): Promise<void>;
}

/** A file being read. Made by {@link openLines}. */
export class LineFile {
  readonly #handle: Closable;
  readonly #stream: Readable;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = NOTHING;
  #skipping = false;

  constructor(handle: Closable, stream: Readable) {
    this.#handle = handle;
    this.#stream = stream;
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /**
   * Reads one chunk and tells `reader` its lines, those of one call in one turn. Resolves to false at the end of the
   * file; rejects when it cannot be read on.
   */
  async read(reader: LineReader): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done !== true) {
      this.#take(next.value, reader);
      return true;
    }
    if (this.#rest.length > 0) tell(reader, this.#rest, 0, this.#rest.length);
    this.#rest = NOTHING;
    return false;
  }

  #take(chunk: Buffer, reader: LineReader): void {
    let start = 0;
    if (this.#skipping) {
      start = chunk.indexOf(NEWLINE) + 1;
      if (start === 0) return;
      this.#skipping = false;
    }
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (let end = bytes.indexOf(NEWLINE, start); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      tell(reader, bytes, start, end);
      start = end + 1;
    }
    this.#rest = bytes.subarray(start);
    if (this.#rest.length <= MAX_LINE_BYTES) return;
    this.#rest = NOTHING;
    this.#skipping = true;
    reader.overlong();
  }

  /** Closes the file; idempotent. A `read` that is under way ends. */
  async close(): Promise<void> {
    this.#stream.destroy();
    await this.#handle.close();
  }
}

/** Opens `path`; what is gzip is told by its first bytes, not by its name. Rejects when it cannot be opened. */
export async function openLines(path: string): Promise<LineFile> {
  const handle = await promises.open(path, "r");
  try {
    const magic = Buffer.alloc(2);
    const { bytesRead } = await handle.read(magic, 0, 2, 0);
    const raw = handle.createReadStream({ start: 0, highWaterMark: CHUNK_BYTES });
    if (bytesRead < 2 || magic[0] !== 0x1f || magic[1] !== 0x8b) return new LineFile(handle, raw);
    // A recorder that was killed leaves a cut file: with a sync flush what it holds is read without an error.
    const gunzip = createGunzip({ chunkSize: CHUNK_BYTES, finishFlush: constants.Z_SYNC_FLUSH });
    // Errors reach whoever reads from `gunzip`; the callback only keeps them from being thrown twice.
    return new LineFile(
      handle,
      pipeline(raw, gunzip, () => {}),
    );
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function tell(reader: LineReader, bytes: Buffer, start: number, end: number): void {
  const until = end > start && bytes[end - 1] === RETURN ? end - 1 : end;
  if (until > start) reader.line(bytes, start, until);
}
