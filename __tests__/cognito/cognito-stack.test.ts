import { parse } from '../support/stack-json';
import { synthApp } from '../support/synth';

describe('the output LogoutUrl', () => {
  const client = { scopes: ['openid'], callbackUrls: ['http://localhost:3000/dashboard'] };

  test('is the first logout URL of an app client, and missing without one', () => {
    const logoutUrls = ['http://localhost:3000/', 'https://app.example.com/'];
    const { cognito } = synthApp({ appClients: { without: client, with: { ...client, logoutUrls } } });
    const { output } = parse(cognito);
    expect(Object.keys(output).filter((name) => name.startsWith('LogoutUrl'))).toEqual(['LogoutUrl-with']);
    expect(output['LogoutUrl-with']!.value).toBe('http://localhost:3000/');
  });
});
