/** Hands a file to the browser's downloads: the one place of this folder that touches the page. */

export function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download reads the blob after the click returns; a minute is enough for a slow "save as" dialog.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
