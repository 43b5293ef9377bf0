import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import envPaths from 'env-paths';

import {
  createAuthority,
  createServerCertificate,
  type KeyedCertificate,
  type Name,
  type Validity,
} from '../../http/certificate';
import { type Clock } from '../clock';
import { othersCanRead } from './private-file';

/** The authority of this user, outside of the project, so that a copy or backup does not contain its key. */
export const authorityFolder = join(
  envPaths('cdktf-cognito-authorization-code-flow', { suffix: '' }).data,
  'local-authority',
);

/** Name of the authority in the lists of browsers. */
const title = 'localhost only: cdktf-cognito-authorization-code-flow';

/** All names of a loopback server. */
const names = ['localhost', [127, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]] as const satisfies Name[];

const day = 24 * 60 * 60 * 1000;

/** Browsers accept at most 398 days. */
const serverDays = 397;
const authorityDays = 5 * 365;

/** An authority that cannot be read or made. */
export class AuthorityError extends Error {}

/** The certificate authority of this user, which signs certificates for `localhost` and for nothing else. */
export class LocalAuthority {
  private constructor(
    /** The certificate that a client has to trust. */
    readonly certificateFile: string,
    private readonly authority: KeyedCertificate,
    private readonly clock: Clock,
  ) {}

  /**
   * Reads the authority in a folder. Makes a new one if the folder does not exist, other users can read the key, or the
   * authority expires before a certificate that it would sign now.
   *
   * @throws {AuthorityError} when the folder cannot be read or written, or has other content
   */
  static async open(folder: string, clock: Clock): Promise<LocalAuthority> {
    try {
      const authority = read(folder, clock) ?? (await make(folder, clock));
      return new LocalAuthority(certificateFileIn(folder), authority, clock);
    } catch (error) {
      throw new AuthorityError(
        `The certificate authority in ${folder} cannot be read or made: ${(error as Error).message}. ` +
          'Delete this folder, or change who may write there.',
      );
    }
  }

  /** Makes a certificate for the servers of one run. Its key is never written to a file. */
  certify(): Promise<KeyedCertificate> {
    return createServerCertificate(this.authority, names, validity(this.clock, serverDays));
  }
}

/** The certificate of the authority in a folder. */
export function certificateFileIn(folder: string): string {
  return join(folder, 'certificate.pem');
}

function keyFileIn(folder: string): string {
  return join(folder, 'key.pem');
}

/** Reads an authority. Returns undefined if a new one is necessary. */
function read(folder: string, clock: Clock): KeyedCertificate | undefined {
  const files = [certificateFileIn(folder), keyFileIn(folder)] as const;
  if (!files.every((file) => existsSync(file)) || othersCanRead(files[1])) {
    return undefined;
  }
  const [certificate, key] = files.map((file) => readFileSync(file, 'utf8')) as [string, string];
  return outlives(certificate, validity(clock, serverDays)) ? { certificate, key } : undefined;
}

/** Makes an authority in one step: two first starts at the same time use the same one. */
async function make(folder: string, clock: Clock): Promise<KeyedCertificate> {
  const authority = await createAuthority(title, names, validity(clock, authorityDays));
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  // Only this user can read it. It gets its final name when it is complete.
  const complete = mkdtempSync(`${folder}-`);
  writeFileSync(certificateFileIn(complete), authority.certificate);
  writeFileSync(keyFileIn(complete), authority.key, { mode: 0o600 });
  // Another start can have made one in the meantime.
  const other = read(folder, clock);
  if (other) {
    rmSync(complete, { recursive: true });
    return other;
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(complete, folder);
  return authority;
}

function outlives(certificate: string, { to }: Validity): boolean {
  return new Date(new X509Certificate(certificate).validTo) >= to;
}

function validity(clock: Clock, days: number): Validity {
  const now = clock();
  return { from: new Date(now), to: new Date(now + days * day) };
}
