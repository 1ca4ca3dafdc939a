import { createServer } from 'node:http';
import { answerFailure, guardHeaders, urlOf } from './answer.ts';
import type { Inspection } from './inspection.ts';
import { listen, type ListenAddress, type Listener } from './listener.ts';
import { metricsText } from './metrics-text.ts';

/** Serves `/metrics` for Prometheus, and `/healthz` and `/readyz` for probes. Throws SERVER_LISTEN_FAILED. */
export async function listenForMetrics(inspection: Inspection, address: ListenAddress): Promise<Listener> {
  const server = createServer((request, response) => {
    const { pathname } = urlOf(request);
    const plain = { ...guardHeaders, 'content-type': 'text/plain; charset=utf-8' };
    if (pathname === '/metrics') {
      response.writeHead(200, { ...guardHeaders, 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
      response.end(metricsText(inspection));
    } else if (pathname === '/healthz' || pathname === '/readyz') response.writeHead(200, plain).end('ok\n');
    else answerFailure(response, 404, 'NOT_FOUND', '/metrics, /healthz and /readyz are all that is here');
  });
  return listen(server, address);
}
