import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// `npm run login` cannot listen at the callback URL while the web client does. It leaves a file with its own port, which
// only this user can write, and the server of the web client forwards the callback with that state.

/** Registers the port of `localhost` that waits for the callback with a state. */
export function awaitSignIn(state: string, port: number): void {
  const file = fileOf(state);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, String(port), { mode: 0o600 });
}

/** Removes the registration of a state. */
export function forgetSignIn(state: string): void {
  rmSync(fileOf(state), { force: true });
}

/**
 * Forwards a callback once to the server that waits for it, and returns its response, or undefined without a server.
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

/** The name is a hash, so that a state is never a path, and cannot be read from the folder. */
function fileOf(state: string): string {
  const name = createHash('sha256').update(state).digest('base64url');
  return join(process.env.CDKTF_OUTDIR ?? 'cdktf.out', 'sign-ins', name);
}
