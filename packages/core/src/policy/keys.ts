// Read as `keys.stripe()`: the index exports this module as one name.
export { coinbase, increase, modernTreasury, qonto, razorpayX } from './key-presets/banking.ts';
export { googleCloudStorage, resend, zuora } from './key-presets/cloud.ts';
export { fromParts } from './key-presets/from-parts.ts';
export { goCardless, mangopay, moov } from './key-presets/no-replay.ts';
export { adyen, checkoutCom, mercadoPago, mollie, paypal, stripe } from './key-presets/payments.ts';
export { azure, ietf } from './key-presets/standards.ts';
export { customKeyScheme as custom } from './key-scheme.ts';
