import { Amplify } from 'aws-amplify';
import { fetchAuthSession } from 'aws-amplify/auth';

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: 'us-east-1_tfJD2xilF',
      userPoolClientId: '9wd1pb1jsqnjkj7t6ol2bwngqq',
      userPoolEndpoint: 'https://localhost:3003',
      loginWith: {
        oauth: {
          domain: 'localhost:3001',
          scopes: ['openid', 'awesomeapi-resource-server/awesomeapi.read'],
          redirectSignIn: ['http://localhost:5173/'],
          redirectSignOut: ['http://localhost:5173/'],
          responseType: 'code',
        },
      },
    },
  },
});

export async function callApi(): Promise<Response> {
  const { tokens } = await fetchAuthSession();
  return fetch('https://localhost:3002/prod/awesomeapi', {
    headers: { Authorization: tokens!.accessToken.toString() },
  });
}
