/** What the next estimate is to be made with: the chosen settings, and the cameras where the model needs them. */
import type { EstimationSettings } from '../../estimators/estimator.ts';
import type { PinholeCamera } from '../../geometry/pinholeCamera.ts';
import type { AppState, GeometrySlice } from './appState.ts';
import { remember } from './remember.ts';

export function wantedEstimation(state: Pick<AppState, 'geometry' | 'photos'>): EstimationSettings {
  const { geometry, photos } = state;
  const [camera0, camera1] = photos.map(({ photo }) => photo?.camera ?? null);
  return geometry.model === 'essential' && camera0 && camera1
    ? withCameras(geometry, camera0, camera1)
    : geometry;
}

const withCameras = remember(
  (geometry: GeometrySlice, camera0: PinholeCamera, camera1: PinholeCamera): EstimationSettings => ({
    ...geometry,
    cameras: [camera0, camera1],
  }),
);
