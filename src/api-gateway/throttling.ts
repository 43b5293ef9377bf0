import { z } from 'zod';

import { membersRule } from '../rules/rule';

/**
 * The settings of throttling: how many calls a method answers. All others get 429.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export const throttlingSettings = membersRule({
  rateLimit: z.number().min(1).describe('Calls a second that each method answers on average.'),
  burstLimit: z.int().min(1).describe('Calls that each method answers at once.'),
});

export type Throttling = z.output<typeof throttlingSettings>;
