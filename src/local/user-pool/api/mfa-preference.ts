import { type User } from '../model';
import { type UserPool } from '../user-pool';
import { UserPoolError } from '../user-pool-error';
import { type Request } from './operation';

/** @throws {UserPoolError} when a factor is turned on that is not served, or that the user has not set up */
export function setMfaPreference(
  { softwareTokens }: UserPool,
  user: User,
  { SoftwareTokenMfaSettings: settings, ...others }: Omit<Request<'SetUserMFAPreference'>, 'AccessToken'>,
): void {
  for (const name of ['SMSMfaSettings', 'EmailMfaSettings', 'WebAuthnMfaSettings'] as const) {
    const { Enabled: enabled, ...preference } = others[name] ?? {};
    if (enabled || ('PreferredMfa' in preference && preference.PreferredMfa)) {
      throw new UserPoolError('InvalidParameterException', `${name} is not served on this machine.`);
    }
  }
  if (settings) {
    softwareTokens.prefer(user, { enabled: settings.Enabled ?? false, preferred: settings.PreferredMfa ?? false });
  }
}
