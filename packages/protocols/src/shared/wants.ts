import type { ProtocolResponse } from '../protocol.ts';
import { mediaTypeOf } from './media-type.ts';

/** Whether a response has an error status. Many judges leave successes alone. */
export const isError = ({ status }: ProtocolResponse): boolean => status >= 400;

/** Whether a response may be JSON. */
export const isJson = ({ headers }: ProtocolResponse): boolean => mediaTypeOf(headers).endsWith('json');
