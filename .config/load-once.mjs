/** Replaces a file of a package with what __tests__/support/jest-environment.ts has loaded. */
export default {
  process: () => ({ code: 'module.exports = requireOnce(__filename);' }),
  getCacheKey: () => 'load-once',
};
