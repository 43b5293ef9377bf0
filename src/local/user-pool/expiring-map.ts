import { type Clock } from '../clock';

/** A value, and when its lifetime ends, in milliseconds since 1970. */
export interface Entry<Value> {
  readonly value: Value;
  readonly expiresAt: number;
}

/** A map whose entries all have the same lifetime, so that the oldest entry expires first. */
export class ExpiringMap<Value> {
  private readonly entries: Map<string, Entry<Value>>;

  /**
   * @param kept what an earlier map had
   * @param onChange called after each change, other than by time
   */
  constructor(
    private readonly clock: Clock,
    private readonly lifetimeSeconds: number,
    kept: Iterable<readonly [string, Entry<Value>]> = [],
    private readonly onChange: () => void = () => undefined,
  ) {
    this.entries = new Map(kept);
  }

  toJSON(): [string, Entry<Value>][] {
    return [...this.entries];
  }

  set(key: string, value: Value): void {
    this.dropExpired();
    this.entries.delete(key);
    this.entries.set(key, { value, expiresAt: this.clock() + this.lifetimeSeconds * 1000 });
    this.onChange();
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

  delete(key: string): void {
    if (this.entries.delete(key)) {
      this.onChange();
    }
  }

  /** Replaces each value by what the function returns for it, or removes it if that is nothing. Lifetimes stay. */
  replaceEach(replace: (value: Value) => Value | undefined): void {
    for (const [key, { value, expiresAt }] of this.entries) {
      const replaced = replace(value);
      if (replaced === undefined) {
        this.delete(key);
      } else if (replaced !== value) {
        this.entries.set(key, { value: replaced, expiresAt });
        this.onChange();
      }
    }
  }

  private dropExpired(): void {
    for (const [key, { expiresAt }] of this.entries) {
      if (this.clock() < expiresAt) {
        return;
      }
      this.entries.delete(key);
    }
  }
}
