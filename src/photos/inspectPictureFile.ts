/**
 * What a file is, told from its first bytes and never from its name: a picture that can be decoded, a picture
 * only some decoders know, or something else. Shared by the page and the terminal, so that both refuse the
 * same files with the same words.
 */
import { CovisError } from '../reporting/covisError.ts';
import {
  asciiAt,
  type Container,
  readBmp,
  readBoxes,
  readGif,
  readJpeg,
  readPng,
  readWebp,
} from './readContainer.ts';

/**
 * The first line every browser of today decodes, and their files are checked to be whole; the second only some
 * decoders know, worth a try; the third is no photo to any of them, or only its thumbnail.
 */
export type FileFormat =
  | ('jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'bmp')
  | ('heic' | 'jpeg-xl' | 'jpeg-2000' | 'unknown')
  | ('tiff' | 'raw' | 'psd' | 'svg' | 'pdf' | 'video' | 'zip' | 'web-page' | 'text');

export interface PictureFile extends Container {
  readonly format: FileFormat;
}

/** 2^28: what sharp and the browsers' canvases take. */
export const MAXIMUM_PIXELS = 268_435_456;

/** Pure and quick: reads headers and chunk lengths, decodes nothing. */
export function inspectPictureFile(bytes: Uint8Array): PictureFile {
  const format = recognise(bytes);
  return { format, ...readContainer(bytes, format) };
}

/**
 * Refuses what is certain to fail, before a decoder sees it.
 *
 * @param name the file's name, for the sentence
 * @throws CovisError `photo-empty`, `photo-not-a-picture`, `photo-truncated` or `photo-too-large`
 */
export function acceptPictureFile(bytes: Uint8Array, name: string): PictureFile {
  if (bytes.length === 0) {
    throw refusal('photo-empty', `“${name}” is empty: copy or download it again, or choose another photo.`);
  }
  const picture = inspectPictureFile(bytes);
  const foreign = FOREIGN[picture.format];
  if (foreign !== undefined) throw refusal('photo-not-a-picture', `“${name}” is ${foreign}.`);
  if (!picture.complete) {
    throw refusal(
      'photo-truncated',
      `“${name}” ends too early, a part of the picture is missing: copy or download it again.`,
    );
  }
  if (picture.size !== null) refuseTooLarge(picture.size, name);
  return picture;
}

/** @throws CovisError `photo-too-large` */
export function refuseTooLarge({ width, height }: { width: number; height: number }, name: string): void {
  if (width * height <= MAXIMUM_PIXELS) return;
  throw refusal(
    'photo-too-large',
    `“${name}” has ${width} × ${height} pixels, more than the ${Math.floor(MAXIMUM_PIXELS / 1e6)} megapixels ` +
      'that can be opened: make it smaller or crop it.',
  );
}

/**
 * Why an accepted file could not be decoded after all.
 *
 * @param decoder who failed, as it stands in the sentence: "this browser", "the terminal"
 */
export function explainUndecodable(
  { format }: PictureFile,
  name: string,
  decoder: string,
  cause: unknown,
): CovisError {
  const rare = RARE[format];
  if (rare !== undefined) {
    const advice = format === 'heic' ? HEIC_ADVICE : 'export it as JPEG or PNG and open that';
    return refusal(
      'photo-unsupported',
      `“${name}” is ${rare}, which ${decoder} cannot decode: ${advice}.`,
      cause,
    );
  }
  if (format === 'unknown') {
    return refusal(
      'photo-not-a-picture',
      `“${name}” is no picture that ${decoder} can decode: choose a JPEG, PNG, WebP, AVIF, GIF or BMP file.`,
      cause,
    );
  }
  return refusal(
    'photo-damaged',
    `“${name}” is damaged or too large for the memory at hand: copy or download it again, or make it smaller.`,
    cause,
  );
}

const HEIC_ADVICE =
  'export it as JPEG (an iPhone takes JPEG under Settings, Camera, Formats, Most Compatible) and open that';

const RARE: Partial<Record<FileFormat, string>> = {
  heic: 'a HEIC photo',
  'jpeg-xl': 'a JPEG XL picture',
  'jpeg-2000': 'a JPEG 2000 picture',
};

const FOREIGN: Partial<Record<FileFormat, string>> = {
  tiff: 'a TIFF or raw camera file, which pages cannot show: export it as JPEG or PNG and open that',
  raw: 'a raw camera file, which pages cannot show: export it as JPEG or PNG and open that',
  psd: 'a Photoshop document, not a photo: export it as JPEG or PNG and open that',
  svg: 'an SVG drawing, not a photo: export it as PNG and open that',
  pdf: 'a PDF document, not a picture: export the page as JPEG or PNG and open that',
  video: 'a video, not a picture: save one frame of it as JPEG or PNG and open that',
  zip: 'a ZIP archive, not a picture: unpack it and open the photo inside',
  'web-page': 'a web page, not a picture: the download went wrong, so save the picture itself',
  text: 'a text file, not a picture: choose a JPEG, PNG, WebP, AVIF, GIF or BMP file',
};

function refusal(code: string, message: string, cause?: unknown): CovisError {
  return new CovisError('photos', code, message, cause === undefined ? undefined : { cause });
}

function readContainer(bytes: Uint8Array, format: FileFormat): Container {
  switch (format) {
    case 'jpeg':
      return readJpeg(bytes);
    case 'png':
      return readPng(bytes);
    case 'webp':
      return readWebp(bytes);
    case 'gif':
      return readGif(bytes);
    case 'bmp':
      return readBmp(bytes);
    case 'avif':
    case 'heic':
      return readBoxes(bytes);
    default:
      return { size: null, complete: true };
  }
}

const SIGNATURES: ReadonlyArray<readonly [format: FileFormat, signature: string]> = [
  ['jpeg', '\xff\xd8\xff'],
  ['png', '\x89PNG\r\n\x1a\n'],
  ['gif', 'GIF87a'],
  ['gif', 'GIF89a'],
  ['tiff', 'II*\0'],
  ['tiff', 'MM\0*'],
  ['raw', 'FUJIFILMCCD-RAW'],
  ['raw', 'IIRO'],
  ['raw', 'IIRS'],
  ['raw', 'IIU\0'],
  ['jpeg-xl', '\xff\x0a'],
  ['jpeg-xl', '\0\0\0\x0cJXL '],
  ['jpeg-2000', '\0\0\0\x0cjP  '],
  ['jpeg-2000', '\xff\x4f\xff\x51'],
  ['psd', '8BPS'],
  ['pdf', '%PDF-'],
  ['pdf', '%!PS'],
  ['zip', 'PK\x03\x04'],
  ['video', '\x1a\x45\xdf\xa3'],
  ['video', '\0\0\x01\xba'],
  ['video', '\0\0\x01\xb3'],
  ['video', 'FLV\x01'],
  ['video', 'OggS'],
];

function recognise(bytes: Uint8Array): FileFormat {
  const head = asciiAt(bytes, 0, 16);
  const signed = SIGNATURES.find(([, signature]) => head.startsWith(signature));
  if (signed !== undefined) return signed[0];
  if (head.startsWith('RIFF')) return recogniseRiff(asciiAt(bytes, 8, 4));
  if (asciiAt(bytes, 4, 4) === 'ftyp') return recogniseBrands(bytes);
  // Two letters are a weak sign: four reserved bytes must be zero as well.
  if (head.startsWith('BM') && asciiAt(bytes, 6, 4) === '\0\0\0\0') return 'bmp';
  return recogniseText(bytes);
}

function recogniseRiff(kind: string): FileFormat {
  if (kind === 'WEBP') return 'webp';
  return kind === 'AVI ' ? 'video' : 'unknown';
}

/** The `ftyp` box: a main brand, a version and the brands the file is compatible with. */
function recogniseBrands(bytes: Uint8Array): FileFormat {
  const boxBytes = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
  const main = asciiAt(bytes, 8, 4);
  const brands = [main];
  for (let at = 16; at + 4 <= Math.min(boxBytes, 256, bytes.length); at += 4)
    brands.push(asciiAt(bytes, at, 4));
  if (main === 'crx ') return 'raw';
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'avif';
  if (brands.some((brand) => /^(hei[cxms]|hev[cxms]|mif1|msf1)$/.test(brand))) return 'heic';
  return 'video';
}

function recogniseText(bytes: Uint8Array): FileFormat {
  const head = bytes.subarray(0, 1024);
  if (head.length === 0 || head.some((byte) => byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13)) {
    return 'unknown';
  }
  const text = asciiAt(head, 0, head.length);
  if (/<svg[\s>]/i.test(text)) return 'svg';
  if (/<(!doctype html|html|head|body)[\s>]/i.test(text)) return 'web-page';
  // Bytes above 127 are letters in UTF-8 and anything in a binary file; such a file has control bytes as well.
  return 'text';
}
