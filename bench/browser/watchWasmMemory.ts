/**
 * ONNX Runtime and OpenCV keep their tensors in a WebAssembly memory that no API of theirs shows. It is created
 * by JavaScript or exported by an instance; both ways are watched.
 */

/** Call before the modules load. @returns a function that tells the bytes of the largest memory */
export function watchWasmMemory(): () => number {
  const memories: WebAssembly.Memory[] = [];
  const OriginalMemory = WebAssembly.Memory;
  WebAssembly.Memory = class extends OriginalMemory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      memories.push(this);
    }
  };
  const keep = (instance: WebAssembly.Instance): void => {
    memories.push(...Object.values(instance.exports).filter((value) => value instanceof OriginalMemory));
  };
  const { instantiate, instantiateStreaming } = WebAssembly;
  WebAssembly.instantiate = (async (
    source: BufferSource | WebAssembly.Module,
    imports?: WebAssembly.Imports,
  ) => {
    const result = await instantiate(source as BufferSource, imports);
    keep(result instanceof WebAssembly.Instance ? result : result.instance);
    return result;
  }) as typeof WebAssembly.instantiate;
  WebAssembly.instantiateStreaming = async (source, imports) => {
    const result = await instantiateStreaming(source, imports);
    keep(result.instance);
    return result;
  };
  return () => Math.max(0, ...memories.map((memory) => memory.buffer.byteLength));
}
