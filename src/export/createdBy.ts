import { version } from '../../package.json';

/** Program and version, as every file names its maker. */
export const createdBy = `covis ${version}`;
