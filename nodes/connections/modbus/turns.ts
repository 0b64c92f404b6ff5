/** Whose request is next: those that may wait least first, then all lines in turn, within a line first come first served. */

export class Turns<Job> {
  #urgent = new Map<object, Job[]>();
  #ordinary = new Map<object, Job[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(line: object, job: Job, isUrgent: boolean): void {
    const lines = isUrgent ? this.#urgent : this.#ordinary;
    const jobs = lines.get(line);
    if (jobs === undefined) lines.set(line, [job]);
    else jobs.push(job);
    this.#size++;
  }

  next(): Job | undefined {
    return this.#take(this.#urgent) ?? this.#take(this.#ordinary);
  }

  #take(lines: Map<object, Job[]>): Job | undefined {
    // A map keeps the order in which its keys were set: a line that had its turn goes to the end.
    const [first] = lines;
    if (first === undefined) return undefined;
    const [line, jobs] = first;
    const job = jobs.shift();
    lines.delete(line);
    if (jobs.length > 0) lines.set(line, jobs);
    this.#size--;
    return job;
  }
}
