/**
 * Prints one closing line, `N passed, N failed, N skipped`, over the unit and the browser tests, from the
 * results that both runners write when `CI` is set. What did not run is named and counts as one failure.
 */
import { existsSync, readFileSync } from 'node:fs';

const unit = readResults('unit.json', ({ numPassedTests, numPendingTests, numTodoTests, testResults }) => ({
  passed: numPassedTests,
  // A file that cannot even be loaded has no tests that could fail.
  failed: testResults.reduce((sum, file) => sum + failuresOf(file), 0),
  skipped: numPendingTests + numTodoTests,
}));
const browser = readResults('browser.json', ({ stats, errors }) => ({
  passed: stats.expected,
  failed: stats.unexpected + stats.flaky + errors.length,
  skipped: stats.skipped,
}));

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const [name, result] of Object.entries({ unit, browser })) {
  if (result === null) console.log(`The ${name} tests did not run.`);
  counts.passed += result?.passed ?? 0;
  counts.failed += result?.failed ?? 1;
  counts.skipped += result?.skipped ?? 0;
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);

function failuresOf({ status, assertionResults }) {
  const failed = assertionResults.filter((test) => test.status === 'failed').length;
  return status === 'failed' ? Math.max(failed, 1) : failed;
}

function readResults(name, summarise) {
  const file = new URL(`../test-results/${name}`, import.meta.url);
  return existsSync(file) ? summarise(JSON.parse(readFileSync(file, 'utf8'))) : null;
}
