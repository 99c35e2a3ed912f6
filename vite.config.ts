import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// WebAssembly threads need a cross-origin isolated page; `credentialless` lets weights come from other hosts.
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'credentialless',
};

export default defineConfig({
  // A relative base lets the built page be served from any folder.
  base: './',
  plugins: [react()],
  resolve: {
    // ONNX Runtime without its inlined WebAssembly loader: we name the files ourselves (see runtime/web).
    conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development|production'],
  },
  worker: { format: 'es' },
  build: { target: 'es2023', chunkSizeWarningLimit: 12_000 },
  // A missing file must be a 404: a page sent in its place would be taken for weights.
  appType: 'mpa',
  server: { headers: isolation },
  // `npm start` serves the built page with this; another port is taken when this one is in use.
  preview: { headers: isolation, host: '127.0.0.1', port: Number(process.env.PORT ?? 4173) },
});
