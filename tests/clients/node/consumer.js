// A consumer's test with pact-js: asks its mock server for an invoice, and writes the pact into ./pacts.
const { PactV4, MatchersV3 } = require('@pact-foundation/pact');

const pact = new PactV4({ consumer: 'shop', provider: 'billing', dir: 'pacts', logLevel: 'error' });

pact
  .addInteraction()
  .given('one invoice', { id: 7 })
  .uponReceiving('a request for an invoice')
  .withRequest('GET', '/invoices/7', (request) => request.headers({ Accept: 'application/json' }))
  .willRespondWith(200, (response) => response.jsonBody({ path: MatchersV3.like('/invoices/1') }))
  .executeTest(async ({ url }) => {
    const answer = await fetch(`${url}/invoices/7`, { headers: { Accept: 'application/json' } });
    if ((await answer.json()).path !== '/invoices/1') throw new Error('not what the mock server was told');
  })
  .catch((problem) => {
    console.error(problem);
    process.exit(1);
  });
