/** The largest resident memory of a process. */
import { readFile } from 'node:fs/promises';

/**
 * On Linux the kernel's high water mark, which starts anew with each program; null elsewhere and for processes
 * that are gone.
 */
export async function readHighWaterMark(processId: number): Promise<number | null> {
  const status = await readFile(`/proc/${processId}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/** This process, on every system: what `resourceUsage` tells may include the one that started it. */
export async function readOwnPeak(): Promise<number> {
  return (await readHighWaterMark(process.pid)) ?? process.resourceUsage().maxRSS * 1024;
}
