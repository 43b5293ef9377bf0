import { existsSync, readFileSync } from 'node:fs';
import { devNull, homedir } from 'node:os';
import { join } from 'node:path';

/** Variables that name the files in which the AWS SDK looks for credentials. */
type CredentialFiles = Readonly<Record<'AWS_CONFIG_FILE' | 'AWS_SHARED_CREDENTIALS_FILE', string>>;

/** @see https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html */
export function credentialFiles(): CredentialFiles {
  const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = process.env;
  return {
    AWS_CONFIG_FILE: AWS_CONFIG_FILE ?? join(homedir(), '.aws', 'config'),
    AWS_SHARED_CREDENTIALS_FILE: AWS_SHARED_CREDENTIALS_FILE ?? join(homedir(), '.aws', 'credentials'),
  };
}

/** Returns whether the files of the AWS SDK have a profile. */
export function hasProfile(name: string): boolean {
  return Object.values(credentialFiles()).some((file) => {
    const sections = existsSync(file) ? readFileSync(file, 'utf8').matchAll(/^\s*\[(?:\s*profile\s+)?(.*)\]/gm) : [];
    return [...sections].some(([, section]) => section!.trim().replace(/^(["'])(.*)\1$/, '$2') === name);
  });
}

/**
 * Returns the environment variables that give a function the credentials of a profile.
 *
 * Without one, they hide the credentials of this machine from the AWS SDK.
 */
export function credentialVariables(profile: string | undefined): Readonly<Record<string, string>> {
  return profile === undefined
    ? { AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull, HOME: devNull }
    : { AWS_PROFILE: profile, ...credentialFiles(), HOME: homedir() };
}
