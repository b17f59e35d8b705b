import type { NotRead } from '../../checks/check.ts';

/** Larger files are listed, not read, in bytes: a tool result holds no more (evidence.md, the ledger). */
export const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** Text of one source that is held at once, in bytes; what is beyond it is listed and said to be unread. */
export const MAX_SOURCE_BYTES = 128 * 1024 * 1024;

const binaryExtensions: ReadonlySet<string> = new Set(
  (
    'png jpg jpeg gif webp avif bmp ico icns tif tiff psd heic mp3 wav ogg flac m4a mp4 mov avi mkv webm pdf zip gz tgz bz2 xz zst 7z rar tar ' +
    'jar war ear class so dylib dll exe bin o a lib wasm pyc pyd whl node woff woff2 ttf otf eot sqlite sqlite3 db mdb parquet avro onnx pt ' +
    'pkl npy npz h5 der p12 pfx jks keystore dmg iso img deb rpm apk ipa doc docx xls xlsx ppt pptx odt ods'
  ).split(' '),
);

/** Decides from name and size alone whether a file is worth a call; null means read it. */
export function unreadable(path: string, sizeBytes: number | null): { reason: NotRead; detail: string } | null {
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  if (path.includes('.') && binaryExtensions.has(extension))
    return { reason: 'binary', detail: `.${extension} files are not text` };
  if (sizeBytes !== null && sizeBytes > MAX_FILE_BYTES) {
    return {
      reason: 'too-large',
      detail: `${Math.round(sizeBytes / 1024 / 1024)} MiB is over the limit of ${MAX_FILE_BYTES / 1024 / 1024} MiB`,
    };
  }
  return null;
}

/**
 * Is what came back the file's own text? The filesystem server replaces invalid UTF-8 silently, so a replacement
 * character means that the bytes are not known; a NUL means that it was never text.
 */
export function textProblem(text: string): { reason: NotRead; detail: string } | null {
  if (text.includes('\u0000')) return { reason: 'binary', detail: 'it holds NUL bytes' };
  if (text.includes('\ufffd')) return { reason: 'not-utf8', detail: 'the server replaced bytes that are not UTF-8' };
  return null;
}
