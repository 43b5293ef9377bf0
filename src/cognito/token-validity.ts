import { stringRule, type StringRule } from '../rules/rule';

/** How long the tokens of an app client are valid, each as a duration such as `60 minutes` or `1 day`. */
interface TokenValidity {
  readonly accessTokenValidity: string;
  readonly idTokenValidity: string;
  readonly refreshTokenValidity: string;
}

const units = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
type Unit = keyof typeof units;

/** Reads a duration such as `60 minutes` or `1 day`. Returns undefined for any other string. */
function parseDuration(text: string): { value: number; unit: Unit; seconds: number } | undefined {
  const match = /^([1-9]\d{0,9}) (second|minute|hour|day)s?$/.exec(text);
  if (!match) {
    return undefined;
  }
  const value = Number(match[1]);
  const unit = `${match[2]}s` as Unit;
  return { value, unit, seconds: value * units[unit] };
}

/**
 * Defines a rule about a duration.
 *
 * @param smallest the smallest unit in which AWS takes it
 */
export function durationRule(min: string, max: string, smallest: Unit = 'seconds'): StringRule {
  const names = Object.keys(units).slice(Object.keys(units).indexOf(smallest));
  return stringRule(
    `${min} to ${max}, in whole ${names.slice(0, -1).join(', ')} or ${names.at(-1)!}`,
    (value) => {
      const duration = parseDuration(value);
      if (!duration || !names.includes(duration.unit)) {
        return 'must be a duration';
      }
      if (duration.seconds < parseDuration(min)!.seconds) {
        return `must be at least ${min}`;
      }
      return duration.seconds > parseDuration(max)!.seconds ? `must be at most ${max}` : undefined;
    },
    { isKnown: true },
  );
}

/** Returns the minutes of a valid duration. */
export function minutesOf(text: string): number {
  return parseDuration(text)!.seconds / units.minutes;
}

/** Returns the tokens that live longer than the refresh token, which Cognito rejects. */
export function outlivingTokens(validity: { readonly [Token in keyof TokenValidity]?: string | undefined }): (
  'accessTokenValidity' | 'idTokenValidity'
)[] {
  const secondsOf = (token: keyof TokenValidity) => parseDuration(validity[token] ?? '')?.seconds;
  const refresh = secondsOf('refreshTokenValidity') ?? Infinity;
  return (['accessTokenValidity', 'idTokenValidity'] as const).filter((token) => (secondsOf(token) ?? 0) > refresh);
}

/** Returns the validities as arguments of an app client, each with its unit. */
export function validityArguments(validity: TokenValidity) {
  const access = parseDuration(validity.accessTokenValidity)!;
  const idToken = parseDuration(validity.idTokenValidity)!;
  const refresh = parseDuration(validity.refreshTokenValidity)!;
  return {
    accessTokenValidity: access.value,
    idTokenValidity: idToken.value,
    refreshTokenValidity: refresh.value,
    // If a unit is missing, the provider computes a validity of 0 and rejects the plan.
    tokenValidityUnits: [{ accessToken: access.unit, idToken: idToken.unit, refreshToken: refresh.unit }],
  };
}
