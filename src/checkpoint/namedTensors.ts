/** What every checkpoint reader returns: tensors by their official names, as views into the file's bytes. */

export type CheckpointDtype =
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'float64'
  | 'int64'
  | 'int32'
  | 'uint8'
  | 'bool';

export interface CheckpointTensor {
  readonly name: string;
  readonly dtype: CheckpointDtype;
  readonly shape: readonly number[];
  /**
   * The values as float32 in C order. A view of the file where dtype, alignment and strides allow it,
   * otherwise a fresh conversion at each call: nothing is kept twice.
   */
  toFloat32(): Float32Array;
}

export interface NamedTensors {
  readonly tensors: ReadonlyMap<string, CheckpointTensor>;
  /** Free-form metadata of the file (safetensors `__metadata__`); empty where the format has none. */
  readonly metadata: Readonly<Record<string, string>>;
}
