import { type Clock } from '../clock';

/** A value, and when its lifetime ends, in milliseconds since 1970. */
export interface Entry<Value> {
  readonly value: Value;
  readonly expiresAt: number;
}

/** A map whose entries have a lifetime. */
export class ExpiringMap<Value> {
  private readonly entries: Map<string, Entry<Value>>;
  /** Number of entries at which expired ones are deleted, so that an entry takes constant time on average. */
  private dropAt = 0;

  /**
   * @param lifetimeSeconds lifetime of an entry, unless {@link set} gets another one
   * @param kept the entries of an earlier run
   * @param onChange called after each change, with the new and the earlier entry of the key
   */
  constructor(
    private readonly clock: Clock,
    private readonly lifetimeSeconds: number,
    kept: Iterable<readonly [string, Entry<Value>]> = [],
    private readonly onChange: (
      key: string,
      entry: Entry<Value> | undefined,
      earlier: Entry<Value> | undefined,
    ) => void = () => undefined,
  ) {
    this.entries = new Map(kept);
  }

  [Symbol.iterator](): IterableIterator<[string, Entry<Value>]> {
    return this.entries[Symbol.iterator]();
  }

  set(key: string, value: Value, lifetimeSeconds = this.lifetimeSeconds): void {
    this.dropExpired();
    this.put(key, { value, expiresAt: this.clock() + lifetimeSeconds * 1000 });
  }

  get(key: string): Value | undefined {
    const entry = this.entries.get(key);
    return entry && this.clock() < entry.expiresAt ? entry.value : undefined;
  }

  /** Returns an entry and removes it, so that it can be used only once. */
  take(key: string): Value | undefined {
    const value = this.get(key);
    this.delete(key);
    return value;
  }

  /** Replaces the value of a key, which keeps its lifetime. */
  replace(key: string, value: Value): void {
    const entry = this.entries.get(key);
    if (entry) {
      this.put(key, { ...entry, value });
    }
  }

  delete(key: string): void {
    const earlier = this.entries.get(key);
    if (earlier) {
      this.entries.delete(key);
      this.onChange(key, undefined, earlier);
    }
  }

  private put(key: string, entry: Entry<Value>): void {
    const earlier = this.entries.get(key);
    this.entries.set(key, entry);
    this.onChange(key, entry, earlier);
  }

  private dropExpired(): void {
    if (this.entries.size < this.dropAt) {
      return;
    }
    for (const [key, { expiresAt }] of this.entries) {
      if (this.clock() >= expiresAt) {
        this.delete(key);
      }
    }
    this.dropAt = 2 * this.entries.size;
  }
}
