/**
 * Returns whether a string is a JWS in the compact serialization, written as RFC 7515 requires.
 *
 * Decoders ignore padding, white space and unused bits at the end of a part, so that one token has many spellings.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-7.1
 */
export function isCompactJws(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 3 && parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}
