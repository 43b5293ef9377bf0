import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// `npm run login` cannot listen at the callback URL while the web client does. It leaves a file with its own port, which
// only this user can write, and the server of the web client forwards the callback with that state.

/** Announces that the server on a port of `localhost` awaits the callback with a state. */
export function awaitSignIn(state: string, port: number): void {
  const file = fileOf(state);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, String(port), { mode: 0o600 });
}

/** Takes an announcement back. */
export function forgetSignIn(state: string): void {
  rmSync(fileOf(state), { force: true });
}

/**
 * Forwards a callback to the server that awaits it, once, and returns its response; nothing if no server does.
 *
 * It does not redirect the browser: the content security policy of a login page can allow its form to lead to the
 * callback URL and nowhere else.
 */
export async function forwardCallback({ pathname, search, searchParams }: URL): Promise<Response | undefined> {
  const state = searchParams.get('state');
  if (state === null) {
    return undefined;
  }
  try {
    const port = Number(readFileSync(fileOf(state), 'utf8'));
    if (searchParams.has('code') || searchParams.has('error')) {
      forgetSignIn(state);
    }
    return await fetch(`http://localhost:${port}${pathname}${search}`);
  } catch {
    // No sign-in has this state, or the program that began it has ended.
    return undefined;
  }
}

/** The name is a hash, so that a state of a callback is never a path, and nobody reads it from the folder. */
function fileOf(state: string): string {
  const name = createHash('sha256').update(state).digest('base64url');
  return join(process.env.CDKTF_OUTDIR ?? 'cdktf.out', 'sign-ins', name);
}
