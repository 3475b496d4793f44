import { createPipelineFromOptions, type Pipeline } from '@azure/core-rest-pipeline';
import { twicesafe } from '@twicesafe/sdks/azure';

// An Azure client takes the policy as additionalPolicies, and retryOptions: { maxRetries: 0 }.
export function pipeline(): Pipeline {
  const made = createPipelineFromOptions({ retryOptions: { maxRetries: 0 } });
  made.addPolicy(twicesafe(), { phase: 'Retry' });
  return made;
}
