/** Configuration of the clients of AWS: they fail instead of waiting for a service that does not respond. */
export function awsClientConfiguration(region: string) {
  // Each version of a client warns of the end of a version of Node.js.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  return {
    region,
    requestHandler: { connectionTimeout: 5000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  };
}
