// The facts of AWS that the tests hold and that an endpoint can be asked for.
import { type FactGroup } from './fact';
import { loginFacts } from './login-facts';
import { oauthFacts, tokenFacts } from './oauth-facts';
import { restApiFacts } from './rest-api-facts';
import { userPoolApiFacts } from './user-pool-api-facts';

export const factGroups: readonly FactGroup[] = [loginFacts, oauthFacts, tokenFacts, userPoolApiFacts, restApiFacts];
