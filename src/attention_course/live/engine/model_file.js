// The file that `attention-course export` writes: read only after all of it has been checked.
//
// 8 bytes name the format, 32 are the sha256 of all that follows, 4 the length of a description in
// JSON; then come the numbers that it tells of.

import { Matrix } from "./arrays.js";

const FORMAT = "ATTNSUM1";
const HEAD = 44;

/** A file that cannot be used, with what is to be done in its message. */
export class ModelFileError extends Error {}

/** Take a file apart: its description, and its tensors by name. */
export async function readFile(buffer) {
  const bytes = new Uint8Array(buffer);
  const format = String.fromCharCode(...bytes.subarray(0, 8));
  if (bytes.length < HEAD || format !== FORMAT) {
    throw new ModelFileError(
      "expected a model of this course, got another file; " +
        "write one with: attention-course export DIR FILE",
    );
  }
  await checkDigest(bytes);
  const view = new DataView(buffer);
  const length = view.getUint32(40, true);
  const about = JSON.parse(new TextDecoder().decode(bytes.subarray(HEAD, HEAD + length)));
  const start = HEAD + length;
  const tensors = {};
  for (const tensor of about.tensors) tensors[tensor.name] = unpack(view, start, tensor);
  return { about, tensors };
}

/** Compare the digest; a page that was not served safely cannot, and its test sentences decide. */
async function checkDigest(bytes) {
  if (!globalThis.crypto?.subtle) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.subarray(40)));
  if (digest.some((one, i) => one !== bytes[8 + i])) {
    throw new ModelFileError(
      "expected the file as it was written, got a damaged one; copy or export it again",
    );
  }
}

/** The numbers of one tensor: a matrix, or a vector. */
function unpack(view, start, { shape, type, offset, scales }) {
  const count = shape.reduce((a, b) => a * b, 1);
  const numbers = new Float32Array(count);
  const columns = shape[shape.length - 1];
  for (let i = 0; i < count; i++) numbers[i] = NUMBER[type](view, start + offset, i);
  if (type === "int8") {
    for (let i = 0; i < count; i++) {
      numbers[i] *= NUMBER.float32(view, start + scales, Math.floor(i / columns));
    }
  }
  return shape.length === 2 ? new Matrix(shape[0], shape[1], numbers) : numbers;
}

const NUMBER = {
  int8: (view, start, i) => view.getInt8(start + i),
  float16: (view, start, i) => half(view.getUint16(start + 2 * i, true)),
  float32: (view, start, i) => view.getFloat32(start + 4 * i, true),
};

/** A number of 16 bits (IEEE 754): a sign, 5 bits of exponent, 10 of fraction. */
export function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
