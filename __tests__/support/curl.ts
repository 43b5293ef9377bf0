/** Does what a curl command says, so that a test needs no curl; what it does not know it rejects. */
export function curl(command: string): Promise<Response> {
  const [program, ...words] = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
  if (program !== 'curl') {
    throw new Error(`not a curl command: ${command}`);
  }
  let url: string | undefined;
  let method: string | undefined;
  const headers = new Headers();
  const data: string[] = [];
  while (words.length > 0) {
    const word = words.shift()!;
    switch (word) {
      case '-i':
        break;
      case '-X':
        method = words.shift()!;
        break;
      case '-H': {
        const [, name, value] = /^([^:]+): (.*)$/.exec(words.shift()!)!;
        headers.set(name!, value!);
        break;
      }
      case '-d':
        data.push(words.shift()!);
        headers.set('Content-Type', 'application/x-www-form-urlencoded');
        break;
      default:
        if (url !== undefined || word.startsWith('-')) {
          throw new Error(`curl here does not know ${word}`);
        }
        url = word;
    }
  }
  return fetch(url!, {
    method: method ?? (data.length > 0 ? 'POST' : 'GET'),
    headers,
    ...(data.length > 0 && { body: data.join('&') }),
    redirect: 'manual',
  });
}
