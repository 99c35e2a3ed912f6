/** A number of things as people read it, such as 1,234,567. */
export function formatCount(count: number): string {
  return count.toLocaleString('en');
}
