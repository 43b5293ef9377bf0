// What node's HTTP server can do on this machine: it returns a constant.
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

const server = createServer((_, response) => {
  response.end('{"statusCode":200,"message":"Hello From Protected Resource"}');
}).listen(0, '127.0.0.1', () => {
  process.send!(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
