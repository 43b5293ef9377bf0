import { createHash } from 'node:crypto';

import { transformSync, version } from 'esbuild';

/** Compiles TypeScript for jest, as tsx does for the commands. Does not move `jest.mock` above the imports. */
export default {
  process: (source, file) =>
    transformSync(source, { loader: 'ts', format: 'cjs', target: 'node20', sourcefile: file, sourcemap: true }),
  getCacheKey: (source, file) => createHash('sha256').update(`${version}\0${file}\0${source}`).digest('hex'),
};
