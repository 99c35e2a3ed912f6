/**
 * The runtime on top of ONNX Runtime's JavaScript API, which the web and the Node package share. Backends
 * differ only in the options they create sessions with; they are given here.
 */
import type { InferenceSession, Tensor, TypedTensor } from 'onnxruntime-web';
import { CovisError } from '../reporting/covisError.ts';
import { createRunQueue, type RunQueue } from './runQueue.ts';
import type {
  ExecutionProvider,
  HostTensor,
  MemoryLimits,
  Precision,
  Runtime,
  Session,
  SessionOptions,
  SessionTensor,
  TensorData,
  TensorType,
} from './session.ts';

/** The part of `onnxruntime-web` and `onnxruntime-node` that is used here. */
export interface OrtApi {
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: TensorType, data: TensorData, dims: readonly number[]) => Tensor;
}

export interface OrtBackend {
  readonly provider: ExecutionProvider;
  readonly precision: Precision;
  readonly description: string;
  readonly limits: MemoryLimits;
  readonly sessionOptions: InferenceSession.SessionOptions;
  /** Whether results can stay in GPU buffers. */
  readonly keepsOutputsOnDevice: boolean;
  /** Resolves with a sentence when the device is lost. */
  readonly lost: Promise<string>;
  release(): Promise<void>;
}

export function createOrtRuntime(ort: OrtApi, backend: OrtBackend): Runtime {
  const queue = createRunQueue();
  const sessions = new Set<Session>();
  const device = { lostBecause: null as string | null };
  void backend.lost.then((reason) => {
    device.lostBecause = reason;
  });
  const explain = (error: unknown, doing: 'session' | 'run') =>
    explainFailure(error, doing, device.lostBecause);

  return {
    provider: backend.provider,
    precision: backend.precision,
    description: backend.description,
    limits: backend.limits,
    lost: backend.lost,
    async createSession(model, options) {
      let created: InferenceSession;
      try {
        created = await queue.add(() => ort.InferenceSession.create(model, optionsFor(backend, options)));
      } catch (error) {
        throw explain(error, 'session');
      }
      const session = wrapSession(ort, created, queue, explain);
      const tracked: Session = {
        run: session.run,
        async release() {
          if (sessions.delete(tracked)) await session.release();
        },
      };
      sessions.add(tracked);
      return tracked;
    },
    async release() {
      await Promise.all([...sessions].map((session) => session.release()));
      await backend.release();
    },
  };
}

/** What a WebAssembly module with addresses of 32 bits can have. */
export const webAssemblyBytes = 2 ** 32;

const COMMON_OPTIONS: InferenceSession.SessionOptions = {
  graphOptimizationLevel: 'all',
  // With patterns a second run holds its memory twice: 713 instead of 507 MB for the official backbone at
  // 640x480, and no faster.
  enableMemPattern: false,
  logSeverityLevel: 3,
};

function optionsFor(
  backend: OrtBackend,
  options: SessionOptions | undefined,
): InferenceSession.SessionOptions {
  const resident = options?.residentOutputs ?? [];
  return {
    ...COMMON_OPTIONS,
    ...backend.sessionOptions,
    // The arena grows in powers of two and keeps what it has: 2.4 instead of 1.2 GB for the official backbone
    // at 1200x1200, but half again as fast.
    enableCpuMemArena: options?.frugal !== true,
    ...(backend.keepsOutputsOnDevice && {
      preferredOutputLocation: Object.fromEntries(resident.map((name) => [name, 'gpu-buffer' as const])),
    }),
  };
}

function wrapSession(
  ort: OrtApi,
  session: InferenceSession,
  queue: RunQueue,
  explain: (error: unknown, doing: 'session' | 'run') => CovisError,
): Session {
  return {
    async run(inputs) {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, tensor]) => [name, toOrtTensor(ort, tensor)]),
      );
      try {
        const results = await queue.add(() => session.run(feeds));
        return Object.fromEntries(
          Object.entries(results).map(([name, tensor]) => [
            name,
            wrapTensor(tensor as Tensor, queue, explain),
          ]),
        );
      } catch (error) {
        throw explain(error, 'run');
      }
    },
    // Behind the runs that are waiting, so that none of them loses its session.
    release: () => queue.add(() => session.release()),
  };
}

/** Our wrapper remembers the tensor it came from, so that GPU results go from session to session untouched. */
const ortTensors = new WeakMap<object, Tensor>();

function toOrtTensor(ort: OrtApi, tensor: HostTensor | SessionTensor): Tensor {
  const known = ortTensors.get(tensor);
  if (known !== undefined) return known;
  if (!('data' in tensor)) throw new TypeError('A session was given a result of another runtime.');
  return new ort.Tensor(tensor.type, tensor.data, tensor.dims);
}

function wrapTensor(
  tensor: Tensor,
  queue: RunQueue,
  explain: (error: unknown, doing: 'session' | 'run') => CovisError,
): SessionTensor {
  const type = tensor.type as TensorType;
  const wrapped: SessionTensor = {
    type,
    dims: tensor.dims,
    async read() {
      try {
        const onDevice = tensor.location === 'gpu-buffer';
        const data = onDevice
          ? await queue.add(() => tensor.getData())
          : (tensor as TypedTensor<'float32'>).data;
        return { type, dims: tensor.dims, data: data as TensorData };
      } catch (error) {
        throw explain(error, 'run');
      }
    },
    dispose() {
      tensor.dispose();
    },
  };
  ortTensors.set(wrapped, tensor);
  return wrapped;
}

const OUT_OF_MEMORY =
  /bad_alloc|out of memory|memory access out of bounds|allocation failed|Failed to allocate|ERROR_CODE: 6/i;
const DEVICE_LOST = /device.{0,12}lost|lost.{0,12}device|device is destroyed|Device was destroyed/i;

function explainFailure(error: unknown, doing: 'session' | 'run', lostBecause: string | null): CovisError {
  const text = error instanceof Error ? error.message : String(error);
  const options = { cause: error };
  if (lostBecause !== null || DEVICE_LOST.test(text)) {
    return new CovisError('runtime', 'device-lost', lostBecause ?? DEVICE_LOST_SENTENCE, options);
  }
  // A bare number is an exception of the WebAssembly module that never became text: in practice bad_alloc.
  if (OUT_OF_MEMORY.test(text) || error instanceof RangeError || /^\d+$/.test(text)) {
    return new CovisError(
      'runtime',
      'out-of-memory',
      'There is not enough memory for photos of this size; choose a smaller long edge and run again.',
      options,
    );
  }
  if (doing === 'session') {
    return new CovisError(
      'runtime',
      'session-failed',
      `The network could not be prepared on this device: ${text}`,
      options,
    );
  }
  return new CovisError('runtime', 'run-failed', `The network failed while running: ${text}`, options);
}

export const DEVICE_LOST_SENTENCE =
  'The graphics device was lost (driver reset, sleep, or memory ran out); run again to start it anew.';
