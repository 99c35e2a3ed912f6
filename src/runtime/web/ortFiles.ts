/**
 * Where the browser finds ONNX Runtime's WebAssembly. The files are named explicitly: the bundled default hangs
 * silently in a production worker as soon as it wants threads.
 */
import gpuLoader from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url&no-inline';
import gpuBinary from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import cpuLoader from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url&no-inline';
import cpuBinary from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';

export interface WasmPaths {
  readonly wasm: string;
  readonly mjs: string;
}

const absolute = (address: string) => new URL(address, self.location.href).href;

export const gpuWasmPaths: WasmPaths = { wasm: absolute(gpuBinary), mjs: absolute(gpuLoader) };
export const cpuWasmPaths: WasmPaths = { wasm: absolute(cpuBinary), mjs: absolute(cpuLoader) };
