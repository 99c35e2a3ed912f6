/** The application's own build settings for the benchmark's page, with the project's files to read from. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig, type Plugin } from 'vite';
import application from '../../vite.config.ts';
import { inputFolder } from '../inputs/inputFiles.ts';
import { startTorch } from '../torch/startTorch.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

export default mergeConfig(
  application,
  defineConfig({
    root: fileURLToPath(new URL('.', import.meta.url)),
    publicDir: false,
    build: { outDir: join(root, inputFolder, 'page'), emptyOutDir: true },
    plugins: [serveProjectFiles(), serveTorch()],
  }),
);

/** `/project/PATH` is the file at that path, below the project's folder. */
function serveProjectFiles(): Plugin {
  return {
    name: 'covis-bench-files',
    configurePreviewServer(server) {
      server.middlewares.use('/project', async (request, response) => {
        const path = normalize(join(root, decodeURIComponent(request.url ?? '')));
        const file = path.startsWith(root.endsWith(sep) ? root : root + sep)
          ? await stat(path).catch(() => null)
          : null;
        if (!file?.isFile()) {
          response.statusCode = 404;
          response.end();
          return;
        }
        response.setHeader('Content-Length', file.size);
        createReadStream(path).pipe(response);
      });
    },
  };
}

/** A request posted to `/torch` is answered by PyTorch on the machine's GPU. */
function serveTorch(): Plugin {
  return {
    name: 'covis-bench-torch',
    configurePreviewServer(server) {
      const torch = startTorch('cuda', 1);
      server.httpServer.once('close', () => torch.close());
      server.middlewares.use('/torch', async (request, response) => {
        try {
          const parts: Buffer[] = [];
          for await (const part of request) parts.push(part as Buffer);
          response.end(await torch.ask(Buffer.concat(parts)));
        } catch (error) {
          response.statusCode = 503;
          response.end(error instanceof Error ? error.message : String(error));
        }
      });
    },
  };
}
