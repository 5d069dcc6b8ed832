// Vectors and matrices, as plain typed arrays: what the models of the course calculate with.
//
// A vector is a Float32Array. A matrix holds its rows one behind the other.

/** Rows of numbers of equal length. */
export class Matrix {
  constructor(rows, columns, numbers) {
    this.rows = rows;
    this.columns = columns;
    this.numbers = numbers;
  }

  /** One row, not copied. */
  row(index) {
    return this.numbers.subarray(index * this.columns, (index + 1) * this.columns);
  }
}

/** The sum of a[i] * b[i]. */
export function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** W x + b; a layer without bias has none. */
export function linear({ weight, bias }, vector) {
  const result = new Float32Array(weight.rows);
  const { columns, numbers } = weight;
  for (let row = 0, start = 0; row < weight.rows; row++, start += columns) {
    let sum = bias ? bias[row] : 0;
    for (let i = 0; i < columns; i++) sum += numbers[start + i] * vector[i];
    result[row] = sum;
  }
  return result;
}

/** a + b, a new vector. */
export const add = (a, b) => a.map((one, i) => one + b[i]);

/** One vector behind the other. */
export function join(...vectors) {
  const result = new Float32Array(vectors.reduce((sum, one) => sum + one.length, 0));
  let start = 0;
  for (const one of vectors) {
    result.set(one, start);
    start += one.length;
  }
  return result;
}

/** The logistic function of one number, between 0 and 1. */
export const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** Scores to shares that sum to 1; what the mask hides gets exactly 0. */
export function softmax(scores, mask = null, temperature = 1) {
  const seen = (i) => mask === null || mask[i];
  let highest = -Infinity;
  scores.forEach((score, i) => {
    if (seen(i) && score > highest) highest = score;
  });
  if (highest === -Infinity) throw new Error("expected one token at least that may be read, got none");
  const exponentials = Float64Array.from(scores, (score, i) =>
    seen(i) ? Math.exp((score - highest) / temperature) : 0,
  );
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return Float32Array.from(exponentials, (one) => one / sum);
}

/** Shift and stretch a vector to mean 0 and variance 1, then by what was learned (Ba et al. 2016). */
export function layerNorm({ weight, bias }, vector, epsilon = 1e-5) {
  const mean = vector.reduce((a, b) => a + b, 0) / vector.length;
  const variance = vector.reduce((a, b) => a + (b - mean) ** 2, 0) / vector.length;
  const scale = 1 / Math.sqrt(variance + epsilon);
  return vector.map((one, i) => (one - mean) * scale * weight[i] + bias[i]);
}

/** Numbers with zeros behind them, so many in all. */
export function padded(numbers, length) {
  const row = new Float32Array(length);
  row.set(numbers);
  return row;
}

/** The index of the largest number; of equal ones the first. */
export function argmax(numbers) {
  let best = 0;
  for (let i = 1; i < numbers.length; i++) if (numbers[i] > numbers[best]) best = i;
  return best;
}
