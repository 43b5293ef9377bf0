import { localize } from '../../../src/local/host/local-urls';

const login = 'https://acme.auth.us-east-1.amazoncognito.com';
const moves = [
  ['http://localhost:3000', 'http://localhost:4623'],
  [login, 'http://localhost:3001'],
  ['https://abc.execute-api.us-east-1.amazonaws.com/prod', 'http://localhost:3002/prod'],
] as const;

test.each([
  ['http://localhost:3000/cb', 'http://localhost:4623/cb'],
  ['HTTP://LocalHost:3000/cb?a=b#c', 'http://localhost:4623/cb?a=b#c'],
  ['http://localhost:3000', 'http://localhost:4623'],
  ['http://localhost:30001/cb', 'http://localhost:30001/cb'],
  ['https://localhost:3000/cb', 'https://localhost:3000/cb'],
  [`${login}.example.com/`, `${login}.example.com/`],
  ['https://abc.execute-api.us-east-1.amazonaws.com/prod/a', 'http://localhost:3002/prod/a'],
  [
    'https://abc.execute-api.us-east-1.amazonaws.com/production/a',
    'https://abc.execute-api.us-east-1.amazonaws.com/production/a',
  ],
  ['myapp://http://localhost', 'myapp://http://localhost'],
  ['http://localhost:3000/a,http://localhost:30001/b', 'http://localhost:4623/a,http://localhost:30001/b'],
  [
    `${login}/oauth2/authorize?scope=a+b&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcb%3Fx%3D1`,
    'http://localhost:3001/oauth2/authorize?scope=a+b&redirect_uri=http%3A%2F%2Flocalhost%3A4623%2Fcb%3Fx%3D1',
  ],
  [
    `${login}/logout?logout_uri=http%3A%2F%2Flocalhost%3A30001%2F`,
    'http://localhost:3001/logout?logout_uri=http%3A%2F%2Flocalhost%3A30001%2F',
  ],
  ['no URL: 3000', 'no URL: 3000'],
])('%s becomes %s', (url, local) => {
  expect(localize(url, moves)).toBe(local);
});
