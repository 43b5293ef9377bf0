import { type Context } from 'hono';

import { type AppClient, type UserPoolConfiguration } from '../model';
import { matchesSecret } from '../secrets';

interface Credentials {
  readonly id: string;
  readonly secret: string | undefined;
}

/**
 * Identifies the client of a request to the token or the revocation endpoint, and checks its secret.
 *
 * A client with a secret sends it in the Authorization header (`client_secret_basic`) or in the form
 * (`client_secret_post`). A client without a secret sends its ID in the form.
 */
export function authenticateClient(
  context: Context,
  form: URLSearchParams,
  { clients }: UserPoolConfiguration,
): AppClient | 'invalid_request' | 'invalid_client' {
  const header = context.req.header('Authorization');
  const inForm = { id: form.get('client_id'), secret: form.get('client_secret') ?? undefined };
  const given = header === undefined ? inForm : readBasic(header);
  if (!given?.id) {
    return header === undefined ? 'invalid_request' : 'invalid_client';
  }
  if (header !== undefined && (inForm.secret !== undefined || (inForm.id ?? given.id) !== given.id)) {
    return 'invalid_client';
  }
  const client = clients.get(given.id);
  return client && matchesSecret(client.secret, given.secret) ? client : 'invalid_client';
}

/** Reads `Basic …`. Cognito's IDs and secrets are letters and digits, which form encoding does not change. */
function readBasic(header: string): Credentials | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(header)?.[1];
  const decoded = encoded && /^(?<id>[^:]*):(?<secret>.*)$/.exec(Buffer.from(encoded, 'base64').toString('utf8'));
  return decoded ? { id: decoded.groups!.id!, secret: decoded.groups!.secret! } : undefined;
}
