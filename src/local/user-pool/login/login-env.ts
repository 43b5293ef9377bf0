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
