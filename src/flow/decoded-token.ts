/** The parts of a JWT. The API checks its signature. */
interface DecodedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Decodes a JWT. Returns nothing for other tokens, such as a refresh token, which only Cognito can read. */
export function decodeToken(token: string): DecodedToken | undefined {
  try {
    const [header, claims] = token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(fromBase64Url(part)) as object);
    return { header: { ...header }, claims: { ...claims } };
  } catch {
    return undefined;
  }
}

/** Changes a claim and leaves the signature as it is. */
export function withClaim(token: string, name: string, value: unknown): string {
  const [header, claims, signature] = token.split('.');
  const changed = { ...(JSON.parse(fromBase64Url(claims!)) as object), [name]: value };
  return [header, toBase64Url(new TextEncoder().encode(JSON.stringify(changed))), signature].join('.');
}

/** The code challenge of a code verifier, by the method S256. */
export async function codeChallengeOf(verifier: string): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}

function fromBase64Url(text: string): string {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
