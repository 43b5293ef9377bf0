/**
 * Turns a token's claims into `$context.authorizer.claims`, where every value is a string.
 *
 * Two of the three times are written as Java's Date writes itself: `Wed Jul 22 04:44:04 UTC 2026`.
 */
export function toContextClaims(claims: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      (name === 'exp' || name === 'iat') && typeof value === 'number' ? javaDate(value) : text(value),
    ]),
  );
}

/** @param seconds since 1970 */
function javaDate(seconds: number): string {
  const [weekday, day, month, year, time] = new Date(seconds * 1000).toUTCString().split(/,? /);
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}

function text(value: unknown): string {
  if (Array.isArray(value)) {
    return value.join(',');
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
