/**
 * Reads the `operations` of an upload, which are the first part of a form.
 *
 * Source: https://github.com/jaydenseric/graphql-multipart-request-spec
 *
 * @returns An empty string if there is no such part, or another one of that name.
 */
export function operationsInForm(text: string): string {
  const [, operations = ''] =
    /^--.+\r\ncontent-disposition: form-data; name="operations"\r\n\r\n([\s\S]*?)\r\n--/i.exec(text) ?? [];
  return text.split('name="operations"').length > 2 ? '' : operations;
}
