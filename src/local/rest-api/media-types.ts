/** Lists the media types of a header, without their parameters. */
export function mediaTypes(header = ''): string[] {
  return header
    .split(',')
    .map((type) => type.split(';')[0]!.trim())
    .filter(Boolean);
}

/** Chooses by media type: the first that the client accepts, else JSON, else the first of all. */
export function forMediaType<T>(byMediaType: Readonly<Record<string, T>>, accept: string | undefined): T | undefined {
  const key = [mediaTypes(accept)[0], 'application/json', Object.keys(byMediaType)[0]].find(
    (type) => type !== undefined && Object.hasOwn(byMediaType, type),
  );
  return key === undefined ? undefined : byMediaType[key];
}

/** Returns whether an API that has these binary media types treats a body of a media type as binary. */
export function isBinary(binaryMediaTypes: readonly string[], header: string | undefined): boolean {
  const [type = ''] = mediaTypes(header);
  return binaryMediaTypes.some((binary) => binary === '*/*' || binary === type);
}
