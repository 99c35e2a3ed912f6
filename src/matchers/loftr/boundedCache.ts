/** Keeps what was used last and frees what was not: sessions of picture sizes, features of pictures. */

interface Entry<Value> {
  readonly value: Value;
  readonly weight: number;
}

export class BoundedCache<Value> {
  readonly #limit: number;
  readonly #free: (value: Value) => void | Promise<void>;
  /** In the order of use, the latest last. */
  readonly #entries = new Map<string, Entry<Value>>();

  /**
   * @param limit total weight that stays, in the unit of the entries' weights
   * @param free called once for each value that goes
   */
  constructor(limit: number, free: (value: Value) => void | Promise<void>) {
    this.#limit = limit;
    this.#free = free;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /**
   * The value kept under `key`, or a new one, for which the least recently used make room before it is created.
   * @param inUse keys that stay even if the limit is exceeded
   */
  async obtain(
    key: string,
    weight: number,
    inUse: ReadonlySet<string>,
    create: () => Promise<Value>,
  ): Promise<Value> {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.value;
    }
    await this.#makeRoom(weight, inUse);
    const value = await create();
    this.#entries.set(key, { value, weight });
    return value;
  }

  async clear(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map(({ value }) => this.#free(value)));
  }

  async #makeRoom(weight: number, inUse: ReadonlySet<string>): Promise<void> {
    let total = [...this.#entries.values()].reduce((sum, entry) => sum + entry.weight, weight);
    for (const [key, entry] of [...this.#entries]) {
      if (total <= this.#limit) return;
      if (inUse.has(key)) continue;
      this.#entries.delete(key);
      total -= entry.weight;
      await this.#free(entry.value);
    }
  }
}
