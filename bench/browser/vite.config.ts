/** The application's own build settings for the benchmark's page, with the project's files to read from. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig, type Plugin } from 'vite';
import application from '../../vite.config.ts';
import { inputFolder } from '../inputs/inputFiles.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

export default mergeConfig(
  application,
  defineConfig({
    root: fileURLToPath(new URL('.', import.meta.url)),
    publicDir: false,
    build: { outDir: join(root, inputFolder, 'page'), emptyOutDir: true },
    plugins: [serveProjectFiles()],
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
