// Read as `keys.stripe()`: the index exports this module as one name.
export { coinbase, increase, modernTreasury, qonto, razorpayX } from './presets/banking.ts';
export { googleCloudStorage, resend, zuora } from './presets/cloud.ts';
export { fromParts } from './presets/from-parts.ts';
export { goCardless, mangopay, moov } from './presets/no-replay.ts';
export { adyen, checkoutCom, mercadoPago, mollie, paypal, stripe } from './presets/payments.ts';
export { azure, ietf } from './presets/standards.ts';
export { customKeyScheme as custom } from './scheme.ts';
