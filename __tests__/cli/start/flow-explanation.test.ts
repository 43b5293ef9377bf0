import { explanation } from '../../../src/cli/start/flow-explanation';
import {
  authorizationRequest,
  call,
  callResponse,
  callback,
  tokenResponse,
  tokenRequest,
} from '../../../src/flow/flow-step';

const login = 'http://localhost:3001';
const secret = 'abcdef0123456789abcdef0123456789';

describe('npm start -- --explain', () => {
  test('explains a request parameter by parameter, and what it lacks', () => {
    const url = new URL(`${login}/oauth2/authorize?response_type=code&state=${secret}`);
    expect(explanation(authorizationRequest(url))).toMatchInlineSnapshot(`
     "
     The client asks for a sign-in (client → hosted login)
       The client sends the browser to the hosted login. Only there do you type your password: the client never sees it. The address says who asks, for what, and where to come back to.
       GET http://localhost:3001/oauth2/authorize
         response_type: code
           Asks for a code, not for tokens.
         state: abcdef0123456789abcdef0123456789
           A random value that comes back with the code, so that the client knows the sign-in is its own.
         code_challenge: not sent
           Without it: anyone who reads the code could exchange it for tokens."
    `);
  });

  test('says why a code is rejected and what to do', () => {
    expect(explanation(tokenResponse(400, '{"error":"invalid_grant"}'), 'wrong-verifier')).toMatchInlineSnapshot(`
     "
     No tokens arrive (token endpoint → client)
       The token endpoint rejects the exchange.
       400
         error: invalid_grant
           Why there are no tokens.
       Why: The hash of this verifier is not the challenge of the authorization request. Whoever has only the code gets no tokens.
       What to do: sign in again; exchange each code once, with the verifier of its own sign-in"
    `);
  });

  test.each([
    ['a code', callback(new URL(`http://localhost:3000/dashboard?code=${secret}`))],
    [
      'what is exchanged',
      tokenRequest(
        new URL(`${login}/oauth2/token`),
        new URLSearchParams({ code: secret, client_secret: secret, code_verifier: secret, refresh_token: secret }),
      ),
    ],
    ['tokens', tokenResponse(200, JSON.stringify({ id_token: secret, access_token: secret, refresh_token: secret }))],
    ['the token of a call', call('GET', new URL('http://localhost:3002/prod/awesomeapi'), `Bearer ${secret}`)],
    [
      'a parameter that nobody knows',
      authorizationRequest(new URL(`${login}/oauth2/authorize?id_token_hint=${secret}`)),
    ],
  ])('shortens %s', (_, step) => {
    const text = explanation(step);
    expect(text).toContain('…6789');
    expect(text).not.toContain(secret);
  });

  test('prints no control characters', () => {
    const url = new URL(`${login}/oauth2/authorize?response_type=%1b%5B2J`);
    expect(explanation(authorizationRequest(url))).toContain('response_type: ?[2J');
    expect(explanation(callResponse(200, '\u001b[2J'))).toContain('?[2J');
  });
});
