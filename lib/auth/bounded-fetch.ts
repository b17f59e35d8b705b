/** A fetch that reads at most `maxBytes` of the answer and follows no redirect. Rejects when there is more, and when it is told to go elsewhere. */
export function boundedFetch(maxBytes: number): (url: string, options: RequestInit) => Promise<Response> {
  return async (url, options) => {
    const response = await fetch(url, { ...options, redirect: 'error' });
    if (response.body === null) return response;
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new RangeError(`The answer holds more than ${maxBytes} bytes.`);
      chunks.push(chunk);
    }
    return new Response(Buffer.concat(chunks), { status: response.status, headers: response.headers });
  };
}
