import { type Clock } from '../clock';

/** A value, and when its lifetime ends, in milliseconds since 1970. */
export interface Entry<Value> {
  readonly value: Value;
  readonly expiresAt: number;
}

/** A map whose entries all have the same lifetime, so that the oldest entry expires first. */
export class ExpiringMap<Value> {
  private readonly entries: Map<string, Entry<Value>>;

  /** @param kept what an earlier map had */
  constructor(
    private readonly clock: Clock,
    private readonly lifetimeSeconds: number,
    kept: Iterable<readonly [string, Entry<Value>]> = [],
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
  }

  get(key: string): Value | undefined {
    const entry = this.entries.get(key);
    return entry && this.clock() < entry.expiresAt ? entry.value : undefined;
  }

  /** Returns an entry and removes it, so that it can be used only once. */
  take(key: string): Value | undefined {
    const value = this.get(key);
    this.entries.delete(key);
    return value;
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  /** Removes the entries for which the condition holds, and returns their values. */
  takeWhere(condition: (value: Value) => boolean): Value[] {
    const taken = [...this.entries].filter(([, { value }]) => condition(value));
    for (const [key] of taken) {
      this.entries.delete(key);
    }
    return taken.map(([, { value }]) => value);
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
