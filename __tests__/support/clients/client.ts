import { type Services } from '../local-services';

/** Goes through the flow with a client library, and returns what the test looks at. */
export type Client = (services: Services) => Promise<unknown>;
