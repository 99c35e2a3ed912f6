/** The small build of exifr (JPEG, HEIC and AVIF, camera tags) has no types of its own. */
declare module 'exifr/dist/lite.esm.mjs' {
  export { parse } from 'exifr';
}
