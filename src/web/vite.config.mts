import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    // The content security policy knows of no data: URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // A slow machine is no fault of the page, and its user can do nothing about it.
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
});
