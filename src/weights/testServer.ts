/** A local server for the tests of downloading: each test says how it misbehaves. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hashBytes } from '../files/hashBytes.ts';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Requests before this one. */
  readonly earlier: number;
  /** First byte asked for by a Range header; null without one. */
  readonly rangeStart: number | null;
}

export interface TestServer {
  readonly url: string;
  /** First byte asked for by each request so far; null without a Range header. */
  readonly ranges: (number | null)[];
  /** Headers of the latest request. */
  headers(): IncomingMessage['headers'];
  answerWith(answer: (exchange: Exchange) => void): void;
  close(): Promise<void>;
}

export async function startTestServer(): Promise<TestServer> {
  let answer: (exchange: Exchange) => void = ({ response }) => response.writeHead(500).end();
  let latest: IncomingMessage['headers'] = {};
  const ranges: (number | null)[] = [];
  const server = createServer((request, response) => {
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const rangeStart = range === null ? null : Number(range[1]);
    latest = request.headers;
    ranges.push(rangeStart);
    answer({ request, response, earlier: ranges.length - 1, rangeStart });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/weights.bin`,
    ranges,
    headers: () => latest,
    answerWith(next) {
      answer = next;
      ranges.length = 0;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The whole file, or from the byte asked for, as an honest server does. */
export function answerHonestly(file: Uint8Array, entityTag = '"a"'): (exchange: Exchange) => void {
  return ({ response, rangeStart }) => {
    const start = rangeStart ?? 0;
    if (start >= file.length) {
      response.writeHead(416, { 'Content-Range': `bytes */${file.length}` }).end();
      return;
    }
    const headers = { 'Content-Length': file.length - start, ETag: entityTag };
    if (rangeStart === null) response.writeHead(200, headers);
    else {
      const range = `bytes ${start}-${file.length - 1}/${file.length}`;
      response.writeHead(206, { ...headers, 'Content-Range': range });
    }
    response.end(file.subarray(start));
  };
}

/** Promises `file` from the byte asked for, sends up to byte `end` of it and cuts the connection. */
export function breakOffAt(
  { response, rangeStart }: Exchange,
  file: Uint8Array,
  end: number,
  entityTag = '"a"',
): void {
  const start = rangeStart ?? 0;
  response.writeHead(rangeStart === null ? 200 : 206, {
    'Content-Length': file.length - start,
    'Content-Range': `bytes ${start}-${file.length - 1}/${file.length}`,
    ETag: entityTag,
  });
  // Cut only once the bytes have left, so that exactly `end` of them arrive.
  response.write(file.subarray(start, end), () => setTimeout(() => response.destroy(), 50));
}

/** Bytes that repeat with no period below their length; `seed` makes different files. */
export function makeFile(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** Far quicker than a matcher that compares element by element. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

export async function sourceOf(url: string, file: Uint8Array<ArrayBuffer>) {
  return {
    label: 'Test weights',
    origin: 'remote' as const,
    url,
    bytes: file.length,
    bytesExact: true,
    sha256: await hashBytes(file),
  };
}
