/**
 * Downloads one file of weights whose SHA-256 is known beforehand, or at least whose size is.
 *
 * Networks break off, stall and lie, so nothing a server says about length or content is believed: the bytes
 * that arrive are counted, a broken transfer goes on with a Range request, and only the hash of the whole
 * decides. Content-Length is not read at all (it counts compressed bytes where the server compresses).
 */

import { hashBytes } from '../files/hashBytes.ts';
import { CovisError } from '../reporting/covisError.ts';

export interface DownloadSource {
  readonly label: string;
  /** Decides what a person can do about a failure. */
  readonly origin: 'bundled' | 'remote';
  /** Absolute address. */
  readonly url: string;
  readonly bytes: number;
  /** When false, `bytes` is an estimate for the progress and the file may have up to twice as many. */
  readonly bytesExact: boolean;
  /** Null where nobody published one: then the size has to do. */
  readonly sha256: string | null;
}

/** How long and how often to try. */
export interface Patience {
  /** A server silent for this long counts as broken off. */
  readonly idleTimeoutMs: number;
  /** Further attempts after the first; each goes on where the last one stopped. */
  readonly retries: number;
  /** Pause before the first further attempt; doubles with each. */
  readonly retryDelayMs: number;
}

export interface DownloadOptions {
  readonly signal: AbortSignal;
  /** Share done, 0 to 1; never falls, and is 1 only once the hash was right. */
  readonly report?: (fraction: number) => void;
  readonly fetch?: typeof globalThis.fetch;
  /** The first bytes of the file, from an earlier attempt. */
  readonly resumeFrom?: Uint8Array | null;
  /** Receives the bytes that had arrived when the download fails or is cancelled. */
  readonly onInterrupted?: (partial: Uint8Array<ArrayBuffer>) => void;
  readonly patience?: Patience;
}

const defaultPatience: Patience = { idleTimeoutMs: 20_000, retries: 4, retryDelayMs: 500 };

/** Another attempt may help; `failure` is what to say when it was the last one. */
class BrokenTransfer extends Error {
  readonly failure: CovisError;
  constructor(failure: CovisError) {
    super(failure.message);
    this.failure = failure;
  }
}

/** The bytes so far; grows only where the size is not known exactly. */
class Received {
  buffer: Uint8Array<ArrayBuffer>;
  length = 0;
  /** Entity tag of the response the first byte came from. */
  entityTag: string | null = null;
  /** Whether the bytes come from more than one response. */
  pieced = false;
  readonly limit: number;

  constructor(source: DownloadSource, resumeFrom: Uint8Array | null) {
    this.limit = source.bytesExact ? source.bytes : 2 * source.bytes;
    this.buffer = new Uint8Array(source.bytesExact ? source.bytes : Math.ceil(1.02 * source.bytes));
    if (resumeFrom !== null && resumeFrom.length > 0) {
      this.append(resumeFrom);
      this.pieced = true;
    }
  }

  /** Takes what fits under the limit. */
  append(chunk: Uint8Array): void {
    const end = Math.min(this.length + chunk.length, this.limit);
    if (end > this.buffer.length) {
      const larger = new Uint8Array(
        Math.min(this.limit, Math.max(end, Math.ceil(1.25 * this.buffer.length))),
      );
      larger.set(this.buffer.subarray(0, this.length));
      this.buffer = larger;
    }
    this.buffer.set(chunk.subarray(0, end - this.length), this.length);
    this.length = end;
  }

  restart(): void {
    this.length = 0;
    this.entityTag = null;
    this.pieced = false;
  }

  /** Exactly the bytes received; a copy only where the buffer was an estimate. */
  whole(): Uint8Array<ArrayBuffer> {
    return this.length === this.buffer.length ? this.buffer : this.buffer.slice(0, this.length);
  }
}

/**
 * @returns the whole file in one buffer, its hash checked
 * @throws CovisError with codes `weights-http-status`, `weights-unreachable`, `weights-broken-off`,
 *   `weights-stalled` or `weights-wrong-bytes`; the signal's reason when cancelled
 */
export async function downloadWeights(
  source: DownloadSource,
  options: DownloadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { signal } = options;
  signal.throwIfAborted();
  const received = new Received(source, options.resumeFrom ?? null);
  try {
    return await receiveVerified(source, received, options);
  } catch (error) {
    const wrong = error instanceof CovisError && error.code === 'weights-wrong-bytes';
    if (!wrong && received.length > 0) options.onInterrupted?.(received.buffer.subarray(0, received.length));
    throw error;
  }
}

async function receiveVerified(
  source: DownloadSource,
  received: Received,
  options: DownloadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { signal, report } = options;
  const reportRising = createRisingReport(received.length / source.bytes, report ?? (() => {}));
  await receiveAll(source, received, options, reportRising);
  let bytes = received.whole();
  let isRight = await isExpected(source, bytes);
  if (!isRight && received.pieced) {
    // Pieces of two different files may have met: one unbroken transfer tells.
    received.restart();
    await receiveAll(source, received, options, reportRising);
    bytes = received.whole();
    isRight = await isExpected(source, bytes);
  }
  signal.throwIfAborted();
  if (!isRight) throw wrongBytes(source, received.length);
  reportRising(1);
  return bytes;
}

async function isExpected(source: DownloadSource, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  if (source.sha256 !== null) return (await hashBytes(bytes)) === source.sha256;
  return Math.abs(bytes.length - source.bytes) <= (source.bytesExact ? 0 : 0.01 * source.bytes);
}

async function receiveAll(
  source: DownloadSource,
  received: Received,
  options: DownloadOptions,
  report: (fraction: number) => void,
): Promise<void> {
  const { signal } = options;
  const patience = options.patience ?? defaultPatience;
  for (let attempt = 0; ; attempt += 1) {
    if (source.bytesExact && received.length === source.bytes) return;
    try {
      await receiveOnce(source, received, options.fetch ?? globalThis.fetch, signal, patience, report);
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof BrokenTransfer)) throw error;
      if (attempt === patience.retries) throw error.failure;
      await pause(patience.retryDelayMs * 2 ** attempt, signal);
    }
  }
}

/**
 * One request: appends what it brings to `received` and returns once the file seems complete.
 *
 * A changed file is noticed by comparing entity tags here rather than by If-Range: across origins that header
 * would need a preflight, which the hosts of weights need not answer, while a plain Range needs none.
 */
async function receiveOnce(
  source: DownloadSource,
  received: Received,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
  patience: Patience,
  report: (fraction: number) => void,
): Promise<void> {
  const start = received.length;
  const watch = watchIdle(signal, patience.idleTimeoutMs);
  try {
    const response = await fetch(source.url, {
      signal: watch.signal,
      referrerPolicy: 'no-referrer',
      credentials: 'omit',
      // The browser's own cache would keep a second copy and rewrite ranges to suit what it holds.
      cache: source.origin === 'remote' ? 'no-store' : 'no-cache',
      headers: start > 0 ? { Range: `bytes=${start}-` } : {},
    });
    watch.heard();
    // Nothing lies beyond what is here, which may be the whole of a file of unpublished size.
    if (start > 0 && response.status === 416) return;
    if (isTransient(response.status)) throw new BrokenTransfer(refused(source, response.status));
    if (!response.ok || response.body === null) throw refused(source, response.status);
    if (start > 0 && !continues(response, start, received.entityTag)) {
      received.restart();
      if (response.status === 206) throw new BrokenTransfer(brokenOff(source, 0));
    } else if (start > 0) {
      received.pieced = true;
    }
    received.entityTag ??= response.headers.get('etag');
    await appendBody(response.body, source, received, watch, report);
    if (source.bytesExact && received.length < source.bytes) {
      throw new BrokenTransfer(brokenOff(source, received.length));
    }
  } catch (error) {
    if (error instanceof CovisError || error instanceof BrokenTransfer) throw error;
    if (watch.stalled()) throw new BrokenTransfer(stalled(source, received.length, patience));
    throw new BrokenTransfer(received.length > 0 ? brokenOff(source, received.length) : unreachable(source));
  } finally {
    watch.stop();
  }
}

/** Reads until the end or the limit, whichever comes first. */
async function appendBody(
  body: ReadableStream<Uint8Array>,
  source: DownloadSource,
  received: Received,
  watch: IdleWatch,
  report: (fraction: number) => void,
): Promise<void> {
  const reader = body.getReader();
  while (received.length < received.limit) {
    const { done, value } = await reader.read();
    if (done) return;
    watch.heard();
    received.append(value);
    report(Math.min(received.length / source.bytes, 0.999));
  }
}

/** Whether a response to a Range request carries on the bytes that are here. */
function continues(response: Response, start: number, entityTag: string | null): boolean {
  if (response.status !== 206) return false;
  // Headers that the host hides from other origins read as null: then the final hash decides.
  const range = response.headers.get('content-range');
  if (range !== null && !range.startsWith(`bytes ${start}-`)) return false;
  const currentTag = response.headers.get('etag');
  return entityTag === null || currentTag === null || entityTag === currentTag;
}

function isTransient(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

interface IdleWatch {
  /** Aborts with the person's signal, or when nothing was heard for too long. */
  readonly signal: AbortSignal;
  heard(): void;
  stalled(): boolean;
  /** Ends the watch and whatever is still being transferred. */
  stop(): void;
}

function watchIdle(outer: AbortSignal, idleTimeoutMs: number): IdleWatch {
  const controller = new AbortController();
  let stalled = false;
  const onSilence = () => {
    stalled = true;
    controller.abort();
  };
  let timer = setTimeout(onSilence, idleTimeoutMs);
  const onOuterAbort = () => controller.abort(outer.reason);
  outer.addEventListener('abort', onOuterAbort);
  return {
    signal: controller.signal,
    heard() {
      clearTimeout(timer);
      timer = setTimeout(onSilence, idleTimeoutMs);
    },
    stalled: () => stalled,
    stop() {
      clearTimeout(timer);
      outer.removeEventListener('abort', onOuterAbort);
      controller.abort();
    },
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * Reports at once where a download begins, for its first bytes may be long in coming, or be all of them. A restart
 * begins at zero again; whoever watches must not see that. Steps under 0.1 % are left out.
 */
function createRisingReport(first: number, report: (fraction: number) => void): (fraction: number) => void {
  let last = Math.min(first, 0.999);
  report(last);
  return (fraction) => {
    if (fraction < last + 0.001 && fraction < 1) return;
    last = fraction;
    report(fraction);
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function host(source: DownloadSource): string {
  return new URL(source.url).host || 'this installation';
}

function otherWay(source: DownloadSource): string {
  return source.origin === 'remote'
    ? `get ${source.url} by other means and open it as a file`
    : 'install Covis again';
}

function refused(source: DownloadSource, status: number): CovisError {
  return new CovisError(
    'weights',
    'weights-http-status',
    `${host(source)} answered ${status} instead of the weights "${source.label}": try again later, or ${otherWay(source)}.`,
  );
}

function unreachable(source: DownloadSource): CovisError {
  return new CovisError(
    'weights',
    'weights-unreachable',
    `${host(source)} cannot be reached for the weights "${source.label}": check the connection, or ${otherWay(source)}.`,
  );
}

function brokenOff(source: DownloadSource, length: number): CovisError {
  return new CovisError(
    'weights',
    'weights-broken-off',
    `The download of "${source.label}" broke off after ${megabytes(length)} of ${megabytes(source.bytes)}: check the connection and start it again.`,
  );
}

function stalled(source: DownloadSource, length: number, patience: Patience): CovisError {
  return new CovisError(
    'weights',
    'weights-stalled',
    `${host(source)} sent nothing for ${patience.idleTimeoutMs / 1000} s, ${megabytes(length)} into "${source.label}": start the download again, now or later.`,
  );
}

function wrongBytes(source: DownloadSource, length: number): CovisError {
  const difference = source.sha256 === null ? 'its size' : 'its SHA-256';
  return new CovisError(
    'weights',
    'weights-wrong-bytes',
    `What ${host(source)} sent (${megabytes(length)}) is not "${source.label}", ${difference} differs, so it was thrown away: try another network, or ${otherWay(source)}.`,
  );
}
