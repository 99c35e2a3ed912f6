import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CovisError, isAbort } from '../reporting/covisError.ts';
import { type DownloadOptions, type DownloadSource, downloadWeights } from './download.ts';
import {
  answerHonestly,
  breakOffAt,
  makeFile,
  sameBytes,
  sourceOf,
  startTestServer,
  type TestServer,
} from './testServer.ts';

const file = makeFile(300_000);
const otherFile = makeFile(300_000, 2);
const patience = { idleTimeoutMs: 2_000, retries: 3, retryDelayMs: 1 };

let server: TestServer;
let source: DownloadSource;

beforeAll(async () => {
  server = await startTestServer();
  source = await sourceOf(server.url, file);
});
afterAll(() => server.close());

function download(from: DownloadSource, options: Partial<DownloadOptions> = {}) {
  return downloadWeights(from, { signal: new AbortController().signal, patience, ...options });
}

async function failureOf(promise: Promise<unknown>): Promise<CovisError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CovisError);
  return error as CovisError;
}

describe('a server that keeps its word', () => {
  it('gives the file, sends no referrer, and reports rising shares up to 1', async () => {
    server.answerWith(answerHonestly(file));
    const shares: number[] = [];
    const bytes = await download(source, { report: (share) => shares.push(share) });
    expect(sameBytes(bytes, file)).toBe(true);
    expect(server.ranges).toEqual([null]);
    expect(server.headers().referer).toBeUndefined();
    expect(shares.length).toBeGreaterThan(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares[0]).toBe(0);
    expect(shares.at(-1)).toBe(1);
  });

  it('is followed through redirects', async () => {
    server.answerWith((exchange) => {
      if (exchange.request.url === '/elsewhere') answerHonestly(file)(exchange);
      else exchange.response.writeHead(302, { Location: '/elsewhere' }).end();
    });
    expect(sameBytes(await download(source), file)).toBe(true);
  });

  it('may compress what it sends', async () => {
    const zipped = gzipSync(file);
    server.answerWith(({ response }) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': zipped.length }).end(zipped);
    });
    expect(sameBytes(await download(source), file)).toBe(true);
  });

  it('may be slow, as long as it never falls silent', async () => {
    server.answerWith(({ response }) => {
      response.writeHead(200, { 'Content-Length': file.length });
      let sent = 0;
      const timer = setInterval(() => {
        response.write(file.subarray(sent, sent + 30_000));
        sent += 30_000;
        if (sent >= file.length) {
          clearInterval(timer);
          response.end();
        }
      }, 120);
    });
    const slow = { ...patience, idleTimeoutMs: 1_000, retries: 0 };
    expect(sameBytes(await download(source, { patience: slow }), file)).toBe(true);
    expect(server.ranges).toEqual([null]);
  });

  it.each([0.9, 1.01, 1.6])(
    'serves a file whose size is only known to within a factor %d',
    async (factor) => {
      server.answerWith(answerHonestly(file));
      const rough = { ...source, bytes: Math.round(file.length / factor), bytesExact: false };
      const bytes = await download(rough);
      expect(sameBytes(bytes, file)).toBe(true);
      expect(bytes.buffer.byteLength).toBe(file.length);
    },
  );
});

describe('a connection that breaks off', () => {
  it('goes on with the byte after the last one', async () => {
    server.answerWith((exchange) => {
      if (exchange.earlier < 2) breakOffAt(exchange, file, 100_000 * (exchange.earlier + 1));
      else answerHonestly(file)(exchange);
    });
    expect(sameBytes(await download(source), file)).toBe(true);
    expect(server.ranges).toEqual([null, 100_000, 200_000]);
  });

  it('starts over where the server ignores ranges, and the shares reported do not fall', async () => {
    const shares: number[] = [];
    server.answerWith((exchange) => {
      const whole = { ...exchange, rangeStart: null };
      if (exchange.earlier === 0) breakOffAt(whole, file, 200_000);
      else answerHonestly(file)(whole);
    });
    expect(sameBytes(await download(source, { report: (share) => shares.push(share) }), file)).toBe(true);
    expect(server.ranges).toEqual([null, 200_000]);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
  });

  it('starts over as soon as an entity tag says that the file changed meanwhile', async () => {
    server.answerWith((exchange) => {
      if (exchange.earlier === 0) return breakOffAt(exchange, otherFile, 100_000, '"old"');
      if (exchange.rangeStart === null) return answerHonestly(file, '"new"')(exchange);
      // Waiting for the rest of this answer would take for ever.
      const range = `bytes ${exchange.rangeStart}-${file.length - 1}/${file.length}`;
      exchange.response.writeHead(206, { ETag: '"new"', 'Content-Range': range }).flushHeaders();
    });
    expect(sameBytes(await download(source), file)).toBe(true);
    expect(server.ranges).toEqual([null, 100_000, null]);
  });

  it('starts over once when the pieces do not make the file, which no entity tag gave away', async () => {
    server.answerWith((exchange) => {
      if (exchange.earlier === 0) breakOffAt(exchange, otherFile, 100_000);
      else answerHonestly(file)(exchange);
    });
    expect(sameBytes(await download(source), file)).toBe(true);
    expect(server.ranges).toEqual([null, 100_000, null]);
  });

  it('is given up after the last retry, and what arrived is handed over', async () => {
    server.answerWith((exchange) => breakOffAt(exchange, file, 50_000 * (exchange.earlier + 1)));
    let partial: Uint8Array = new Uint8Array();
    const failure = await failureOf(
      download(source, {
        onInterrupted: (received) => {
          partial = received;
        },
      }),
    );
    expect(failure.code).toBe('weights-broken-off');
    expect(failure.message).toContain('0.2 MB of 0.3 MB');
    expect(server.ranges).toEqual([null, 50_000, 100_000, 150_000]);
    expect(sameBytes(partial, file.subarray(0, 200_000))).toBe(true);

    server.answerWith(answerHonestly(file));
    expect(sameBytes(await download(source, { resumeFrom: partial }), file)).toBe(true);
    expect(server.ranges).toEqual([200_000]);
  });

  it('does not trust the bytes it is told to go on from', async () => {
    server.answerWith(answerHonestly(file));
    const resumeFrom = otherFile.subarray(0, 120_000);
    expect(sameBytes(await download(source, { resumeFrom }), file)).toBe(true);
    expect(server.ranges).toEqual([120_000, null]);
  });

  it('says so when the server cannot be reached at all', async () => {
    const gone = await startTestServer();
    await gone.close();
    const failure = await failureOf(download({ ...source, url: gone.url }));
    expect(failure.code).toBe('weights-unreachable');
    expect(failure.message).toContain(gone.url);
  });
});

describe('a server that lies about the length', () => {
  it.each([
    ['more than it has', file.length + 1000],
    ['twice what it has', 2 * file.length],
  ])('promising %s: all bytes are there, so the file is taken', async (_, length) => {
    server.answerWith(({ response }) => {
      response.writeHead(200, { 'Content-Length': length });
      response.write(file, () => setTimeout(() => response.destroy(), 50));
    });
    expect(sameBytes(await download(source), file)).toBe(true);
    expect(server.ranges).toEqual([null]);
  });

  it('promising more than it has, for a file of unpublished size', async () => {
    server.answerWith((exchange) => {
      if (exchange.rangeStart !== null) return answerHonestly(file)(exchange);
      exchange.response.writeHead(200, { 'Content-Length': file.length + 1000 });
      exchange.response.write(file, () => setTimeout(() => exchange.response.destroy(), 50));
    });
    expect(sameBytes(await download({ ...source, bytesExact: false }), file)).toBe(true);
    expect(server.ranges).toEqual([null, file.length]);
  });

  it('promising less than it has: the rest is fetched', async () => {
    server.answerWith((exchange) => {
      if (exchange.earlier > 0) return answerHonestly(file)(exchange);
      exchange.response.writeHead(200, { 'Content-Length': 250_000 }).end(file.subarray(0, 250_000));
    });
    expect(sameBytes(await download(source), file)).toBe(true);
    expect(server.ranges).toEqual([null, 250_000]);
  });

  it('promising nothing', async () => {
    server.answerWith(({ response }) => {
      response.writeHead(200, { 'Transfer-Encoding': 'chunked' }).end(file);
    });
    expect(sameBytes(await download(source), file)).toBe(true);
  });
});

describe('a server that sends something else', () => {
  it.each([
    ['another file of the same size', () => otherFile],
    ['a longer file', () => makeFile(500_000, 3)],
  ])('%s is refused, and none of it handed over', async (_, wrong) => {
    server.answerWith(answerHonestly(wrong()));
    let handedOver = 0;
    const failure = await failureOf(download(source, { onInterrupted: () => handedOver++ }));
    expect(failure.code).toBe('weights-wrong-bytes');
    expect(server.ranges).toEqual([null]);
    expect(handedOver).toBe(0);
  });

  it('a shorter file is refused once the server says that there is no more', async () => {
    server.answerWith(answerHonestly(makeFile(1000, 3)));
    expect((await failureOf(download(source))).code).toBe('weights-wrong-bytes');
    expect(server.ranges).toEqual([null, 1000]);
  });

  it('an endless stream is left at the size of the file', async () => {
    let sent = 0;
    server.answerWith(({ response }) => {
      sent = 0;
      response.writeHead(200);
      const timer = setInterval(() => {
        response.write(otherFile);
        sent += otherFile.length;
      }, 5);
      response.on('close', () => clearInterval(timer));
    });
    const rough = { ...source, bytesExact: false };
    expect((await failureOf(download(rough))).code).toBe('weights-wrong-bytes');
    expect(sent).toBeLessThan(100 * file.length);
  });

  it.each([
    [404, 1],
    [403, 1],
    [500, 4],
    [503, 4],
  ])('status %i is named after %i requests', async (status, requests) => {
    server.answerWith(({ response }) => response.writeHead(status).end('<html>sorry</html>'));
    const failure = await failureOf(download(source));
    expect(failure.code).toBe('weights-http-status');
    expect(failure.message).toContain(`answered ${status}`);
    expect(server.ranges).toHaveLength(requests);
  });

  it('a passing 503 is waited out', async () => {
    server.answerWith((exchange) => {
      if (exchange.earlier === 0) exchange.response.writeHead(503).end();
      else answerHonestly(file)(exchange);
    });
    expect(sameBytes(await download(source), file)).toBe(true);
  });
});

describe('a server that falls silent', () => {
  const short = { idleTimeoutMs: 100, retries: 1, retryDelayMs: 1 };

  it('before it answers is given up', async () => {
    server.answerWith(() => {});
    const failure = await failureOf(download(source, { patience: short }));
    expect(failure.code).toBe('weights-stalled');
    expect(failure.message).toContain('nothing for 0.1 s');
    expect(server.ranges).toEqual([null, null]);
  });

  it('in the middle is asked for the rest', async () => {
    server.answerWith((exchange) => {
      if (exchange.earlier > 0) return answerHonestly(file)(exchange);
      exchange.response.writeHead(200, { 'Content-Length': file.length });
      exchange.response.write(file.subarray(0, 100_000));
    });
    expect(sameBytes(await download(source, { patience: short }), file)).toBe(true);
    expect(server.ranges).toEqual([null, 100_000]);
  });
});

describe('cancelling', () => {
  it('before it starts asks nobody', async () => {
    server.answerWith(answerHonestly(file));
    const error = await download(source, { signal: AbortSignal.abort() }).catch((reason: unknown) => reason);
    expect(isAbort(error)).toBe(true);
    expect(server.ranges).toEqual([]);
  });

  it('in the middle rejects as aborted, ends the transfer and hands over what arrived', async () => {
    const controller = new AbortController();
    const closed = new Promise<void>((resolve) => {
      server.answerWith(({ response }) => {
        response.on('close', resolve);
        response.writeHead(200, { 'Content-Length': file.length });
        response.write(file.subarray(0, 100_000));
      });
    });
    let partial: Uint8Array = new Uint8Array();
    const error = await download(source, {
      signal: controller.signal,
      report: (share) => share > 0.33 && controller.abort(),
      onInterrupted: (received) => {
        partial = received;
      },
    }).catch((reason: unknown) => reason);
    expect(isAbort(error)).toBe(true);
    expect(sameBytes(partial, file.subarray(0, 100_000))).toBe(true);
    await closed;
  });

  it('during the pause before a retry does not wait for it', async () => {
    const controller = new AbortController();
    server.answerWith(({ response }) => {
      response.writeHead(503).end();
      setTimeout(() => controller.abort(), 50);
    });
    const error = await download(source, {
      signal: controller.signal,
      patience: { ...patience, retryDelayMs: 3_600_000 },
    }).catch((reason: unknown) => reason);
    expect(isAbort(error)).toBe(true);
    expect(server.ranges).toHaveLength(1);
  });
});
