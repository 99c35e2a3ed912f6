import pageTests from '../../playwright.config.ts';

export default {
  ...pageTests,
  testDir: '.',
  projects: pageTests.projects!.filter(({ name }) => name === 'wasm'),
};
