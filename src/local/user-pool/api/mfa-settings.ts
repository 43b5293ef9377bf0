import { type User } from '../users';

/** Says which second factors a user has turned on. */
export function mfaSettings({ softwareToken }: User) {
  return softwareToken?.enabled
    ? { PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA', UserMFASettingList: ['SOFTWARE_TOKEN_MFA'] }
    : {};
}
