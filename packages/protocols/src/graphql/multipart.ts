/**
 * Reads the `operations` of an upload, which is the first part of the form.
 *
 * Source: https://github.com/jaydenseric/graphql-multipart-request-spec
 *
 * @returns The part's text. Empty if the part is missing, or if another part has the same name.
 */
export function operationsInForm(text: string): string {
  const [, operations = ''] =
    /^--.+\r\ncontent-disposition: form-data; name="operations"\r\n\r\n([\s\S]*?)\r\n--/i.exec(text) ?? [];
  return text.split('name="operations"').length > 2 ? '' : operations;
}
