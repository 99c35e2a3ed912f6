/**
 * The page's only way to computing. Calls take the AbortSignal first, start the workers lazily and reject with
 * a `CovisError` or the abort reason. The page holds ids and results, never tensors or worker handles.
 */
import type { Progress } from '../reporting/progress.ts';
import type { WeightsDescription, WeightsOptions } from '../weights/weightsDescription.ts';
import type {
  Capabilities,
  EstimateReply,
  EstimateRequest,
  MatchReply,
  MatchRequest,
  OpenedPhoto,
} from './protocol.ts';

export type OnProgress = (progress: Progress) => void;

export interface CovisClient {
  probe(signal: AbortSignal): Promise<Capabilities>;
  openPhoto(signal: AbortSignal, file: Blob, name: string): Promise<OpenedPhoto>;
  closePhoto(photoId: number): Promise<void>;
  listWeights(signal: AbortSignal): Promise<readonly WeightsDescription[]>;
  downloadWeights(
    signal: AbortSignal,
    weightsId: string,
    onProgress: OnProgress,
  ): Promise<WeightsDescription>;
  importWeights(
    signal: AbortSignal,
    file: Blob,
    name: string,
    options: WeightsOptions | null,
  ): Promise<WeightsDescription>;
  removeWeights(signal: AbortSignal, weightsId: string): Promise<void>;
  match(signal: AbortSignal, request: MatchRequest, onProgress: OnProgress): Promise<MatchReply>;
  /** The latest request wins: an earlier one still waiting rejects as aborted. */
  estimate(signal: AbortSignal, request: EstimateRequest): Promise<EstimateReply>;
}
