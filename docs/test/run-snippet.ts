import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';

/** What `https://api.example` answers while snippets run. A request to anywhere else fails. */
export const server: ReturnType<typeof setupServer> = setupServer(
  http.all('https://api.example/*', ({ request }) =>
    HttpResponse.json({ id: 7 }, { status: request.method === 'POST' ? 201 : 200 }),
  ),
);
