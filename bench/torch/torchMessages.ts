/** What a case and PyTorch say to each other, as bytes, so that they cross pipes and pages alike (see timeDkm.py). */
import type { InputPicture } from '../../src/matchers/matcher.ts';

export interface TorchReply {
  readonly milliseconds: number;
  readonly description: string;
  readonly peakBytes: number;
  /** [2, 2, H, W]: both directions, x then y, normalised. */
  readonly flow: Float32Array;
}

/** @param pictures with both of their tensors */
export function writeRequest(pictures: readonly [InputPicture, InputPicture]): Uint8Array<ArrayBuffer> {
  const [{ width, height, fine }] = pictures;
  const parts = [
    Uint32Array.of(width, height, fine!.width, fine!.height),
    ...pictures.map(({ data }) => data),
    ...pictures.map((picture) => picture.fine!.data),
  ];
  const request = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const { buffer, byteOffset, byteLength } of parts) {
    request.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += byteLength;
  }
  return request;
}

/** Numbers behind the text of the reply to a request. */
export function resultFloats(request: Uint8Array): number {
  const view = new DataView(request.buffer, request.byteOffset);
  return 6 * view.getUint32(8, true) * view.getUint32(12, true);
}

export function readReply(reply: Uint8Array): TorchReply {
  const textEnd = 4 + new DataView(reply.buffer, reply.byteOffset).getUint32(0, true);
  const facts = JSON.parse(new TextDecoder().decode(reply.subarray(4, textEnd))) as Omit<TorchReply, 'flow'>;
  // A copy, for floats stand at multiples of four bytes.
  const floats = new Float32Array(reply.slice(textEnd).buffer);
  return { ...facts, flow: floats.subarray(0, (floats.length / 3) * 2) };
}
