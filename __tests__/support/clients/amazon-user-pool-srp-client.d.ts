declare module 'amazon-user-pool-srp-client' {
  export class SRPClient {
    constructor(poolName: string);
    readonly poolName: string;
    calculateA(): string;
    getPasswordAuthenticationKey(username: string, password: string, serverBValue: string, salt: string): object;
  }
  export function calculateSignature(
    key: object,
    poolName: string,
    username: string,
    secretBlock: string,
    dateNow: string,
  ): string;
  export function getNowString(): string;
}

declare module 'amazon-user-pool-srp-client/BigInteger.js' {
  export default class BigInteger {
    constructor(value: string, radix: number);
    mod(modulus: BigInteger): BigInteger;
    modPow(exponent: BigInteger, modulus: BigInteger): BigInteger;
    toString(radix: number): string;
  }
}
