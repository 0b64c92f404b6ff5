/**
 * Count, mean and variance of numbers as they come, without keeping them (Welford, Technometrics 1962), and of two sets
 * from those of each (Chan, Golub, LeVeque 1979).
 */
export class Moments {
  count = 0;
  mean = 0;
  /** Sum of squared differences from the mean. */
  m2 = 0;

  add(value: number): void {
    const difference = value - this.mean;
    this.mean += difference / ++this.count;
    this.m2 += difference * (value - this.mean);
  }

  /** Takes back a value that was added. Errors of rounding add up: begin anew from the values now and then. */
  remove(value: number): void {
    if (--this.count === 0) {
      this.mean = this.m2 = 0;
      return;
    }
    const difference = value - this.mean;
    this.mean -= difference / this.count;
    this.m2 = Math.max(0, this.m2 - difference * (value - this.mean));
  }

  merge(other: Moments): void {
    if (other.count === 0) return;
    const count = this.count + other.count;
    const difference = other.mean - this.mean;
    this.mean += (difference * other.count) / count;
    this.m2 += other.m2 + (difference * difference * this.count * other.count) / count;
    this.count = count;
  }

  /** Of a sample: divided by n − 1; NaN for fewer than two values. */
  get variance(): number {
    return this.count < 2 ? Number.NaN : this.m2 / (this.count - 1);
  }
}
