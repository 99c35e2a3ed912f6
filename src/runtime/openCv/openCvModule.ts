/**
 * OpenCV.js for bundlers.
 *
 * The package's export is itself a promise. Importing it dynamically would make bundlers wrap that promise
 * into a module that looks like a promise but isn't, and awaiting it throws; so this module imports it
 * statically, renames it, and is imported dynamically instead.
 */
import openCv from '@techstark/opencv-js';

export const openCvReady: unknown = openCv;
