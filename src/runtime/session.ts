/**
 * What a network needs from an inference engine, and nothing more: types only, so that the pure code that
 * builds and drives graphs can be held against every backend (WebGPU, WebAssembly, Node).
 */

export type ExecutionProvider = 'webgpu' | 'wasm' | 'cpu';

/** Storage type of weights and activations; parts that need it stay in fp32 under either. */
export type Precision = 'fp32' | 'fp16';

export type TensorData = Float32Array | Uint16Array | Int32Array | BigInt64Array | Uint8Array;

/** `float16` data are raw bits in a `Uint16Array`. */
export type TensorType = 'float32' | 'float16' | 'int32' | 'int64' | 'uint8';

export interface HostTensor {
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

/** A result that may live on the GPU. Whoever receives it disposes of it. */
export interface SessionTensor {
  readonly type: TensorType;
  readonly dims: readonly number[];
  /** Copies the values to the host; may be called once or many times before `dispose`. */
  read(): Promise<HostTensor>;
  dispose(): void;
}

export interface Session {
  /**
   * Runs the graph. Inputs may be host tensors or results of other sessions of the same runtime.
   * Runs of all sessions of one runtime are queued one after another; a failed run does not poison the queue.
   * @throws CovisError with codes `device-lost`, `out-of-memory` or `run-failed`
   */
  run(inputs: Readonly<Record<string, HostTensor | SessionTensor>>): Promise<Record<string, SessionTensor>>;
  release(): Promise<void>;
}

export interface SessionOptions {
  /** Outputs that stay on the device because another session reads them. All others come to the host. */
  readonly residentOutputs?: readonly string[];
  /** Gives memory back as soon as it is free, at the cost of time: for runs that might not fit otherwise. */
  readonly frugal?: boolean;
}

/** What can be known of a device's memory before anything runs. */
export interface MemoryLimits {
  /** The largest tensor; null where only memory itself is a limit. */
  readonly bufferBytes: number | null;
  /** All there is; null where nothing tells, as on GPUs. */
  readonly totalBytes: number | null;
}

export interface Runtime {
  readonly provider: ExecutionProvider;
  readonly precision: Precision;
  /** What a person should know of the device: adapter name, threads. */
  readonly description: string;
  readonly limits: MemoryLimits;
  /** @throws CovisError with codes `session-failed` (names the node), `device-lost` or `out-of-memory` */
  createSession(model: Uint8Array, options?: SessionOptions): Promise<Session>;
  /** Resolves when the device is lost for good, with a sentence for a person; never for host providers. */
  readonly lost: Promise<string>;
  release(): Promise<void>;
}
