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

/** Where the authority of this user is, outside of the project: a clone, a copy or a backup of that has no key. */
export const authorityFolder = join(
  envPaths('cdktf-cognito-authorization-code-flow', { suffix: '' }).data,
  'local-authority',
);

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
  /** The name under which it is listed among the trusted authorities. */
  readonly title = title;

  private constructor(
    /** The certificate that a client has to trust. */
    readonly certificateFile: string,
    private readonly authority: KeyedCertificate,
    private readonly clock: Clock,
  ) {}

  /**
   * Reads the authority in a folder, or makes a new one there: at the first use, when this one expires before a
   * certificate that it would sign now, and when others can read its key.
   *
   * @throws {AuthorityError} when the folder cannot be read or written, or has something else
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

  /** Makes a certificate for the servers of one run; its key is never in a file. */
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

/** Reads an authority, or returns nothing if there is none that can be used. */
function read(folder: string, clock: Clock): KeyedCertificate | undefined {
  const files = [certificateFileIn(folder), keyFileIn(folder)] as const;
  if (!files.every((file) => existsSync(file)) || othersCanRead(files[1])) {
    return undefined;
  }
  const [certificate, key] = files.map((file) => readFileSync(file, 'utf8')) as [string, string];
  return outlives(certificate, validity(clock, serverDays)) ? { certificate, key } : undefined;
}

/** Makes an authority, whole or not at all: two first starts at the same time have the same one. */
async function make(folder: string, clock: Clock): Promise<KeyedCertificate> {
  const authority = await createAuthority(title, names, validity(clock, authorityDays));
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  // Of the user alone, as the folder is after it has its name.
  const complete = mkdtempSync(`${folder}-`);
  writeFileSync(certificateFileIn(complete), authority.certificate);
  writeFileSync(keyFileIn(complete), authority.key, { mode: 0o600 });
  // Another start may have made one since this one has looked.
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
