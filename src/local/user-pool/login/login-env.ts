import { type Context } from 'hono';

import { type RejectionReason } from '../../../flow/words';
import { type AuthorizationRequest } from './authorization-request';

/** Context of every request to the domain. */
export interface LoginEnv {
  Variables: {
    /** Value of the XSRF-TOKEN cookie, which every form repeats. */
    csrfToken: string;
    /** The authorization request of a page. */
    request?: AuthorizationRequest;
    /** Why the token endpoint rejects a code, which its response does not say. */
    rejection?: RejectionReason;
  };
}

export type HostedContext = Context<LoginEnv>;

/** A submitted form of the hosted login, with the authorization request of its page. */
export interface Submission {
  readonly context: HostedContext;
  readonly form: URLSearchParams;
  readonly request: AuthorizationRequest;
}
