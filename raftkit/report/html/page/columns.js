/**
 * Arrays that grow as a trace is read, and searches in sorted ones.
 */

/**
 * Names numbered as they come, so that a column of them is a column of small numbers.
 */
export class Names {
  constructor() {
    /** @type {string[]} */
    this.list = [];
    /** @type {Map<string, number>} */
    this.numbers = new Map();
  }

  /**
   * @param {string} name
   * @returns {number}
   */
  number(name) {
    let found = this.numbers.get(name);
    if (found === undefined) {
      found = this.list.length;
      this.numbers.set(name, found);
      this.list.push(name);
    }
    return found;
  }
}

/**
 * The first position whose value is not below ``value``.
 * @param {ArrayLike<number>} sorted
 * @param {number} value
 * @returns {number}
 */
export function lowerBound(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The same where positions are looked up first: ``column[indexes[position]]``.
 * @param {ArrayLike<number>} indexes
 * @param {ArrayLike<number>} column
 * @param {number} value
 * @returns {number}
 */
export function lowerBoundBy(indexes, column, value) {
  let low = 0;
  let high = indexes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column[indexes[middle]] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * For each position the greatest value up to there: where intervals are sorted by their start, the first that
 * can reach a moment is found by binary search in this.
 * @param {ArrayLike<number>} values
 * @returns {Float64Array}
 */
export function runningMaximum(values) {
  const maxima = new Float64Array(values.length);
  let greatest = -Infinity;
  for (let i = 0; i < values.length; i += 1) {
    if (values[i] > greatest) greatest = values[i];
    maxima[i] = greatest;
  }
  return maxima;
}
