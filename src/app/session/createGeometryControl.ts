/**
 * What is asked of the estimation: the model with the settings it had last, and the focal lengths of the photos. The
 * estimate follows by itself.
 */
import type { RequestedModel } from '../../estimators/estimator.ts';
import { defaultEstimationSettings } from '../../estimators/registry.ts';
import { chooseCamera } from '../../geometry/pinholeCamera.ts';
import type { GeometrySlice, LoadedPhoto, Side } from '../state/appState.ts';
import { changeSlice } from '../state/createAppStore.ts';
import type { SessionContext } from './sessionContext.ts';

export interface GeometryControl {
  /** Chooses a model with the settings it had last. */
  chooseModel(model: RequestedModel): void;
  change(change: Partial<Omit<GeometrySlice, 'model'>>): void;
  /** @param focalPx in pixels of the photo; null goes back to that of EXIF, or the guess */
  chooseFocalLength(side: Side, focalPx: number | null): void;
}

export function createGeometryControl({ store }: SessionContext): GeometryControl {
  /** Of the models that are not chosen. */
  const kept: Partial<Record<RequestedModel, GeometrySlice>> = {};

  return {
    chooseModel(model) {
      const { geometry } = store.getState();
      if (model === geometry.model) return;
      kept[geometry.model] = geometry;
      changeSlice(store, 'geometry', kept[model] ?? defaultEstimationSettings(model));
    },
    change: (change) => changeSlice(store, 'geometry', change),
    chooseFocalLength(side, focalPx) {
      const { photos } = store.getState();
      const [slot0, slot1] = photos;
      const { photo } = photos[side];
      if (!photo) return;
      const slot = { ...photos[side], photo: { ...photo, camera: cameraWith(photo, focalPx) } };
      store.setState({ photos: side === 0 ? [slot, slot1] : [slot0, slot] });
    },
  };
}

function cameraWith({ description, camera }: LoadedPhoto, focalPx: number | null): LoadedPhoto['camera'] {
  return focalPx === null ? chooseCamera(description) : { ...camera, focalPx, focalSource: 'given' };
}
