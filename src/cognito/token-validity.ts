import { type z } from 'zod';

import { textRule } from '../rules/rule';

/** How long the tokens of an app client are valid, each as a duration such as `60 minutes` or `1 day`. */
export interface TokenValidity {
  readonly accessTokenValidity: string;
  readonly idTokenValidity: string;
  readonly refreshTokenValidity: string;
}

const units = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
type Unit = keyof typeof units;

/** Reads a duration such as `60 minutes` or `1 day`, or returns nothing. */
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
 * The rule about a duration between two others.
 *
 * @param smallest the unit in which AWS takes it
 */
export function durationRule(min: string, max: string, smallest: Unit = 'seconds'): z.ZodType<string, string> {
  const names = Object.keys(units).slice(Object.keys(units).indexOf(smallest));
  return textRule(`${min} to ${max}, in whole ${names.slice(0, -1).join(', ')} or ${names.at(-1)!}`, (text) => {
    const duration = parseDuration(text);
    if (!duration || !names.includes(duration.unit)) {
      return 'is not a duration';
    }
    if (duration.seconds < parseDuration(min)!.seconds) {
      return 'is too short';
    }
    return duration.seconds > parseDuration(max)!.seconds ? 'is too long' : undefined;
  });
}

/** Returns the minutes of a duration that is right. */
export function minutesOf(text: string): number {
  return parseDuration(text)!.seconds / units.minutes;
}

/** Returns the lifetimes that are longer than that of the refresh token, which Cognito refuses. */
export function outlivingTokens(validity: TokenValidity): ('accessTokenValidity' | 'idTokenValidity')[] {
  const refresh = parseDuration(validity.refreshTokenValidity)?.seconds ?? Infinity;
  return (['accessTokenValidity', 'idTokenValidity'] as const).filter(
    (token) => (parseDuration(validity[token])?.seconds ?? 0) > refresh,
  );
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
    // If a unit is missing, the provider computes a validity of 0 and refuses the plan.
    tokenValidityUnits: [{ accessToken: access.unit, idToken: idToken.unit, refreshToken: refresh.unit }],
  };
}
