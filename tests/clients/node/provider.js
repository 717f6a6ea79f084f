// A provider's test with pact-js: verifies with the options given as JSON, and prints the states it was asked for.
const { Verifier } = require('@pact-foundation/pact');

const states = [];
const stateHandlers = {
  'one invoice': { setup: async (parameters) => void states.push(parameters) },
};

new Verifier({ ...JSON.parse(process.argv[2]), stateHandlers, logLevel: 'error' })
  .verifyProvider()
  .then(() => console.log(JSON.stringify(states)))
  .catch((problem) => {
    console.error(problem);
    process.exit(1);
  });
