import { z } from 'zod';

import { objectRule } from '../rules/rule';

/**
 * The settings of throttling: how many calls a method accepts. All others get 429.
 *
 * The provider does not send 0, so that the limits of the account would apply.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export const throttlingSettings = objectRule({
  rateLimit: z
    .number()
    .positive()
    .max(2 ** 31 - 1)
    // The provider sends six decimal places.
    .refine((rate) => Number(rate.toFixed(6)) === rate, { message: 'must have at most six decimal places' })
    .describe('Average calls a second to each method, such as 100 or 0.5.'),
  burstLimit: z
    .int()
    .min(1)
    .max(2 ** 31 - 1)
    .describe('Calls to each method at once.'),
});

export type Throttling = z.output<typeof throttlingSettings>;
