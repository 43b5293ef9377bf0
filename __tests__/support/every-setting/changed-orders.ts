export const handler = () => Promise.resolve({ statusCode: 200, body: 'changed orders' });
